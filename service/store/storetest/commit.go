package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func compareTests() []test {
	return []test{
		{"a stale head is a conflict that tells the head", staleHead},
		{"of commits on one head one succeeds", oneOfMany},
		{"writers that contend all get through", contenders},
	}
}

func staleHead(t *testing.T, e *Env) {
	zero := headOf(t, e.Store)
	one := commit(t, e.Store, "one")
	two := commit(t, e.Second, "two")
	for _, on := range []store.Head{zero, one} {
		_, err := e.Store.Commit(testContext(t), on, batch(on, "late", version("ocds", "1.0.0")))
		wantError(t, "Commit on a stale head", err, store.ErrConflict)
		var c *store.ConflictError
		if !errors.As(err, &c) || c.Head != two {
			t.Errorf("on %d: got %v, want a conflict that tells %+v", on.Index, err, two)
		}
	}
}

func oneOfMany(t *testing.T, e *Env) {
	const writers, rounds = 8, 5
	handles := []store.Store{e.Store, e.Second}
	for round := range rounds {
		on := headOf(t, e.Store)
		var won, lost atomic.Int32
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				_, err := handles[w%2].Commit(testContext(t), on,
					batch(on, fmt.Sprint(w), version("ocds", fmt.Sprintf("%d.%d.0", round, w))))
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, store.ErrConflict):
					lost.Add(1)
				default:
					t.Errorf("Commit: %v", err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != writers-1 {
			t.Errorf("round %d: %d commits succeeded, %d conflicted", round, won.Load(), lost.Load())
		}
	}
	if got, head := load(t, e.Store); len(got) != rounds || head.Index != rounds {
		t.Errorf("%d records at %d, want %d", len(got), head.Index, rounds)
	}
}

func contenders(t *testing.T, e *Env) {
	const writers, each = 4, 10
	ctx := testContext(t)
	handles := []store.Store{e.Store, e.Second}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var on store.Head
			for i := range each {
				var err error
				on, err = contend(ctx, handles[w%2], on, func(on store.Head) store.Batch {
					return batch(on, fmt.Sprintf("%d/%d", w, i), version(fmt.Sprintf("s%d", w), fmt.Sprintf("%d.0.0", i)))
				})
				if err != nil {
					t.Errorf("Commit: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	got, head := load(t, e.Store)
	if len(got) != writers*each || head.Index != writers*each {
		t.Errorf("%d records at %d, want %d", len(got), head.Index, writers*each)
	}
	es, err := e.Store.Entries(ctx, 0, 1000)
	if err != nil {
		t.Fatalf("Entries: %v", err)
	}
	seen := map[string]bool{}
	for _, entry := range es {
		seen[entry.Detail] = true
	}
	if len(seen) != writers*each {
		t.Errorf("the log has %d of %d changes", len(seen), writers*each)
	}
}

func createOnlyTests() []test {
	return []test{
		{"version, step and outcome are written once", writtenOnce},
		{"ids that differ by case are one", caseFolded},
		{"the other records are written over", writtenOver},
		{"outcomes", outcomes},
		{"blobs of a batch", blobsOfABatch},
	}
}

// A batch's blobs are whole with it, and its blobs and records are there
// together or not at all.
func blobsOfABatch(t *testing.T, e *Env) {
	blobs := [][]byte{{}, content(1, 10), content(2, store.MaxSmallBlob)}
	head := headOf(t, e.Store)
	b := batch(head, "with blobs", version("ocds", "1.0.0"))
	for _, data := range blobs {
		b.Blobs = append(b.Blobs, store.SmallBlob{Digest: standard.DigestOf(data), Data: data, Stored: time.Unix(1_700_000_000, 0)})
	}
	head, err := e.Store.Commit(testContext(t), head, b)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	for _, data := range blobs {
		if got := readAll(t, e.Second, data); !bytes.Equal(got, data) {
			t.Errorf("a blob of %d bytes came back with %d", len(data), len(got))
		}
		put(t, e.Second, data)
	}
	before, _ := load(t, e.Store)
	again := batch(head, "again", version("ocds", "2.0.0"))
	again.Blobs = b.Blobs[1:2]
	_, err = e.Second.Commit(testContext(t), head, again)
	wantError(t, "a blob that is there", err, store.ErrExists)
	unchanged(t, e.Store, head, before)
	large := batch(head, "large", version("ocds", "3.0.0"))
	data := content(3, store.MaxSmallBlob+1)
	large.Blobs = []store.SmallBlob{{Digest: standard.DigestOf(data), Data: data, Stored: time.Unix(1_700_000_000, 0)}}
	_, err = e.Store.Commit(testContext(t), head, large)
	wantError(t, "a blob that is no small one", err, store.ErrTooLarge)
	unchanged(t, e.Store, head, before)
	other := batch(head, "other", version("ocds", "4.0.0"))
	other.Blobs = []store.SmallBlob{{Digest: standard.DigestOf(content(4, 10)), Data: content(5, 10), Stored: time.Unix(1_700_000_000, 0)}}
	_, err = e.Store.Commit(testContext(t), head, other)
	wantError(t, "a blob with another's digest", err, store.ErrDigestMismatch)
	unchanged(t, e.Store, head, before)
}

func writtenOnce(t *testing.T, e *Env) {
	for _, r := range []store.Record{
		Fill(new(standard.Version), 1), Fill(new(standard.Step), 2), Fill(new(standard.Outcome), 3),
	} {
		head := commit(t, e.Store, "once", r)
		before, _ := load(t, e.Store)
		_, err := e.Second.Commit(testContext(t), head, batch(head, "twice", r, Fill(new(standard.Authority), 9)))
		wantError(t, fmt.Sprintf("%T twice", r), err, store.ErrExists)
		if errors.Is(err, store.ErrConflict) {
			t.Errorf("%T twice: %v is a conflict too", r, err)
		}
		unchanged(t, e.Store, head, before)
	}
}

func caseFolded(t *testing.T, e *Env) {
	head := commit(t, e.Store, "first", version("fhir", "R4"), &standard.Step{Name: name("fhir"), Version: "R4", Number: 1})
	for _, r := range []store.Record{version("fhir", "r4"), &standard.Step{Name: name("fhir"), Version: "r4", Number: 1}} {
		_, err := e.Store.Commit(testContext(t), head, batch(head, "again", r))
		wantError(t, fmt.Sprintf("%T in another case", r), err, store.ErrExists)
	}
	got, _ := load(t, e.Store)
	if v := got["version ocp/fhir@r4"].(*standard.Version); v.ID != "R4" {
		t.Errorf("id = %q, want its case kept", v.ID)
	}
}

func writtenOver(t *testing.T, e *Env) {
	for i := range 3 {
		want := []store.Record{
			&standard.Authority{ID: "ocp", Homepage: fmt.Sprint(i)},
			&standard.Standard{Name: name("ocds"), Steward: fmt.Sprint(i)},
			&standard.DraftVersion{Version: *version("ocds", "2.0.0"), Author: fmt.Sprint(i)},
			&standard.Designation{Key: "ocds", Claims: []standard.Claim{{Text: fmt.Sprint(i)}}},
		}
		commit(t, e.Store, "over", want...)
		got, _ := load(t, e.Store)
		if diff := gocmp.Diff(asMap(want), got, equal); diff != "" {
			t.Errorf("round %d (-want +got):\n%s", i, diff)
		}
	}
	head := headOf(t, e.Store)
	got, err := e.Store.Commit(testContext(t), head, batch(head, "gone", store.DeletedDraft{Name: name("ocds"), Version: "2.0.0"}))
	if err != nil {
		t.Fatalf("delete a draft: %v", err)
	}
	if records, _ := load(t, e.Store); len(records) != 3 || got.Index != 4 {
		t.Errorf("%d records at %d after deleting the draft, want 3 at 4", len(records), got.Index)
	}
}

func outcomes(t *testing.T, e *Env) {
	var want []*standard.Outcome
	for i := range 5 {
		o := Fill(new(standard.Outcome), i)
		commit(t, e.Store, "request", o, version("ocds", fmt.Sprintf("%d.0.0", i)))
		want = append(want, o)
	}
	for _, o := range want {
		got, err := e.Second.Outcome(testContext(t), o.RequestID)
		if err != nil {
			t.Fatalf("Outcome: %v", err)
		}
		if diff := gocmp.Diff(o, got); diff != "" {
			t.Errorf("Outcome (-want +got):\n%s", diff)
		}
	}
	if records, _ := load(t, e.Store); len(records) != len(want) {
		t.Errorf("Load gives %d records, want %d: outcomes are left out", len(records), len(want))
	}
}

func durabilityTests() []test {
	return []test{
		{"another handle reads what was acknowledged", readYourWrites},
		{"a commit that is called off is whole or not at all", calledOff},
		{"no space: writes are refused, reads go on", noSpace},
	}
}

func readYourWrites(t *testing.T, e *Env) {
	handles := []store.Store{e.Store, e.Second}
	for i := range 20 {
		v := version("ocds", fmt.Sprintf("%d.0.0", i))
		want := commit(t, handles[i%2], "rw", v)
		got, head := load(t, handles[(i+1)%2])
		if head != want || got[identity(v)] == nil {
			t.Fatalf("after commit %+v the other handle is at %+v", want, head)
		}
	}
}

// calledOff cancels commits at random moments, also before they begin.
func calledOff(t *testing.T, e *Env) {
	on := headOf(t, e.Store)
	done, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := e.Store.Commit(done, on, batch(on, "never", version("ocds", "0.0.0")))
	wantError(t, "Commit with a context that is done", err, context.Canceled)
	if errors.Is(err, store.ErrUnknownOutcome) {
		t.Errorf("a commit that was not sent has a known outcome: %v", err)
	}
	want := map[string]store.Record{}
	for i := range 30 {
		on = headOf(t, e.Store)
		v := version("ocds", fmt.Sprintf("1.%d.0", i))
		ctx, cancel := context.WithCancel(context.Background())
		spin := rand.IntN(3000)
		go func() {
			for range spin {
				if ctx.Err() != nil {
					break
				}
			}
			cancel()
		}()
		_, err := e.Store.Commit(ctx, on, batch(on, fmt.Sprint(i), v))
		cancel()
		switch {
		case err == nil:
			want[identity(v)] = v
		case errors.Is(err, store.ErrUnknownOutcome):
			// The next commit on this head decides.
			_, err := e.Store.Commit(testContext(t), on, batch(on, fmt.Sprint(i, "again"), version("other", string(v.ID))))
			if errors.Is(err, store.ErrConflict) {
				want[identity(v)] = v
			} else if err != nil {
				t.Fatalf("Commit: %v", err)
			} else {
				want[identity(version("other", string(v.ID)))] = version("other", string(v.ID))
			}
		case errors.Is(err, context.Canceled):
		default:
			t.Fatalf("Commit: %v", err)
		}
	}
	got, head := load(t, e.Second)
	if diff := gocmp.Diff(want, got, equal); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if int(head.Index) != len(want) {
		t.Errorf("head is at %d with %d commits", head.Index, len(want))
	}
}

func noSpace(t *testing.T, e *Env) {
	if e.Small == nil {
		t.Skip("this store has no small form to fill up")
	}
	s := e.Small(t)
	ctx := testContext(t)
	head := commit(t, s, "first", version("ocds", "1.0.0"))
	before, _ := load(t, s)
	kept := content(1, 100)
	put(t, s, kept)
	full := false
	for i := range 200 {
		b := content(uint64(i)+2, int(e.ChunkSize)*3)
		if err := putBytes(ctx, s, b); err != nil {
			wantError(t, "Put into a full store", err, store.ErrNoSpace)
			if got := stat(t, s, b); got.Size != -1 {
				t.Errorf("a blob that did not fit has size %d", got.Size)
			}
			full = true
			break
		}
	}
	if !full {
		t.Fatal("the small store never fills up")
	}
	var err error
	for i := range 2000 {
		var next store.Head
		next, err = s.Commit(ctx, head, batch(head, "more", &standard.Authority{ID: "big", Homepage: string(make([]byte, 100_000))}))
		if err != nil {
			break
		}
		head = next
		before, _ = load(t, s)
		_ = i
	}
	wantError(t, "Commit to a full store", err, store.ErrNoSpace)
	unchanged(t, s, head, before)
	if got := readAll(t, s, kept); string(got) != string(kept) {
		t.Errorf("a full store gives %d bytes of a blob of %d", len(got), len(kept))
	}
}
