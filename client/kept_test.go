package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// Writers publish, tag, record steps and designations while readers resolve.
// Whenever the feed was heard up to the last acknowledged write, what is kept
// is what the registry says.
func TestKeptAnswersAreTrue(t *testing.T) {
	addr, _ := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	c.authority(t, "a")
	for s := range 3 {
		mustPublish(t, c, fmt.Sprintf("a/s%d@1.0.0", s), fmt.Sprintf("Acme %d:1.0.0", s))
	}
	r := NewResolver(connect(t, addr), ResolverOptions{})
	defer r.Close()
	refs := poolOfRefs()
	rounds := 25
	if testing.Short() {
		rounds = 8
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range rounds {
		stop := readAlong(t, r, refs)
		rev := writeSome(t, c, rnd, round)
		eventually(t, "heard", func() bool { return r.Stats().Revision >= rev })
		stop()
		compareAll(t, c, r, refs, round)
		if t.Failed() {
			return
		}
	}
	if s := r.Stats(); s.Hits == 0 || s.Kept == 0 || !s.Live {
		t.Errorf("the resolver kept nothing: %+v", s)
	}
}

func poolOfRefs() []string {
	refs := []string{"a/none", "Acme 9", "no such thing", "a/s0#x"}
	for s := range 3 {
		n := fmt.Sprintf("a/s%d", s)
		refs = append(refs, n, "etalon:"+n, n+"@^1", n+"@1.0.0", n+"@1.x", n+"@>=1.1,<2", n+"@2.0.0", n+"@recommended", n+"@odd", "etalon:"+n+"@latest",
			fmt.Sprintf("Acme %d", s), fmt.Sprintf("Acme %d:1.0.0", s))
	}
	return refs
}

// readAlong resolves in the background until it is stopped.
func readAlong(t *testing.T, r *Resolver, refs []string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	for i := range 2 {
		done.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 7))
			for ctx.Err() == nil {
				_, err := r.Resolve(ctx, refs[rnd.IntN(len(refs))])
				var f *Failed
				if err != nil && !errors.As(err, &f) && ctx.Err() == nil {
					t.Errorf("resolve: %v", err)
					return
				}
			}
		})
	}
	return func() { cancel(); done.Wait() }
}

// writeSome lets three writers write at once and gives the newest revision
// that was acknowledged.
func writeSome(t *testing.T, c *Client, rnd *rand.Rand, round int) uint64 {
	t.Helper()
	var wg sync.WaitGroup
	for s := range 3 {
		what := rnd.IntN(8)
		wg.Go(func() {
			if err := write(t.Context(), c, what, s, round); err != nil && status.Code(err) == codes.Unknown {
				t.Errorf("write %d of %d: %v", what, s, err)
			}
		})
	}
	wg.Wait()
	return c.Revision()
}

func write(ctx context.Context, c *Client, what, s, round int) error {
	n := standard.Name{Authority: "a", Standard: fmt.Sprintf("s%d", s)}
	first := standard.VersionResource(n, "1.0.0")
	var err error
	switch what {
	case 0:
		_, err = c.publish(ctx, fmt.Sprintf("%s@1.%d.0", n, round))
	case 1: // what others have as a reference becomes a designation too
		_, err = c.publish(ctx, fmt.Sprintf("a/other%d@%d.0.0", s, round+1), fmt.Sprintf("a/s%d@^1", (s+1)%3))
	case 2:
		_, err = c.Standards.SetTag(ctx, &etalonv1.SetTagRequest{Name: n.Resource(), Tag: "recommended", Version: "1.0.0"})
	case 3:
		_, err = c.Standards.RemoveTag(ctx, &etalonv1.RemoveTagRequest{Name: n.Resource(), Tag: "recommended"})
	case 4:
		_, err = c.Versions.DeprecateVersion(ctx, &etalonv1.DeprecateVersionRequest{Name: first, Note: fmt.Sprint("round ", round)})
	case 5:
		_, err = c.Standards.AddDesignation(ctx, &etalonv1.AddDesignationRequest{Name: n.Resource(), Designation: fmt.Sprintf("Acme %d", s)})
	case 6:
		_, err = c.Standards.RemoveDesignation(ctx, &etalonv1.RemoveDesignationRequest{Name: n.Resource(), Designation: fmt.Sprintf("Acme %d", s)})
	case 7:
		_, err = c.Standards.AddDesignation(ctx, &etalonv1.AddDesignationRequest{Name: n.Resource(), Designation: fmt.Sprintf("a/s%d@1.x", (s+1)%3)})
	}
	return err
}

// compareAll compares what is kept with what the registry says now. It asks
// the resolver first, so that what it has kept counts.
func compareAll(t *testing.T, c *Client, r *Resolver, refs []string, round int) {
	t.Helper()
	for _, ref := range refs {
		kept, keptErr := r.Resolve(t.Context(), ref)
		fresh, freshErr := c.Resolve(t.Context(), ref)
		if k, f := reasonOf(keptErr), reasonOf(freshErr); k != f {
			t.Errorf("round %d: %s: kept %q, fresh %q (%v, %v)", round, ref, k, f, keptErr, freshErr)
			continue
		}
		if !proto.Equal(unrevised(kept), unrevised(fresh)) {
			t.Errorf("round %d: %s: kept %v, fresh %v", round, ref, kept, fresh)
		}
	}
}

func reasonOf(err error) string {
	var f *Failed
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Failure.GetReason()
	}
	return err.Error()
}

func unrevised(r *etalonv1.ResolveResponse) *etalonv1.ResolveResponse {
	if r == nil {
		return nil
	}
	r = proto.CloneOf(r)
	r.Revision = 0
	return r
}

// A failure whose end is on record ends by the clock, with no word in the feed.
func TestAFailureEndsByTheClock(t *testing.T) {
	addr, _ := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	c.authority(t, "a")
	mustPublish(t, c, "a/s@1.0.0")
	from := time.Now().Add(1500 * time.Millisecond)
	_, err := c.Standards.AddDesignation(t.Context(), &etalonv1.AddDesignationRequest{
		Name: "authorities/a/standards/s", Designation: "Acme later", EffectiveTime: timestamppb.New(from),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := NewResolver(c, ResolverOptions{MaxSilence: time.Hour})
	defer r.Close()
	eventually(t, "live", func() bool { return r.Stats().Live })
	for range 2 {
		if _, err := r.Resolve(t.Context(), "Acme later"); err == nil {
			t.Skip("this machine is too slow for this test: the designation holds already")
		}
	}
	if s := r.Stats(); s.Hits == 0 {
		t.Fatalf("the failure was not kept: %+v", s)
	}
	eventually(t, "found", func() bool { _, err := r.Resolve(t.Context(), "Acme later"); return err == nil })
	if now := time.Now(); now.Before(from) {
		t.Errorf("found at %s, %s too early", now, from.Sub(now))
	}
}

// Where the feed is silent for too long, the registry is asked each time.
func TestADeafResolverAsks(t *testing.T) {
	addr, stop := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	c.authority(t, "a")
	mustPublish(t, c, "a/s@1.0.0")
	clock := &clock{}
	r := NewResolver(c, ResolverOptions{MaxSilence: time.Minute, Now: clock.now})
	defer r.Close()
	eventually(t, "live", func() bool { return r.Stats().Live })
	if _, err := r.Resolve(t.Context(), "a/s"); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := r.Resolve(t.Context(), "a/s"); err != nil {
		t.Errorf("within the silence allowed: %v", err)
	}
	clock.advance(time.Minute)
	if _, err := r.Resolve(t.Context(), "a/s"); status.Code(err) != codes.Unavailable {
		t.Errorf("after it: %v, want UNAVAILABLE", err)
	}
	if r.Stats().Live {
		t.Error("it says that it is live")
	}
}

// Another registry at the same address is another truth, and a client that has
// seen later revisions than it has goes on with it.
func TestAnotherRegistryAtTheAddress(t *testing.T) {
	addr, stop := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	c.authority(t, "a")
	mustPublish(t, c, "a/s@1.0.0")
	mustPublish(t, c, "a/s@1.1.0")
	r := NewResolver(c, ResolverOptions{})
	defer r.Close()
	eventually(t, "live", func() bool { return r.Stats().Live })
	if v, err := r.Resolve(t.Context(), "a/s"); err != nil || v.GetVersion() != "1.1.0" {
		t.Fatal(v, err)
	}
	stop()
	serve(t, t.TempDir(), addr)
	other := connect(t, addr)
	other.authority(t, "a")
	mustPublish(t, other, "a/s@0.9.0")
	eventually(t, "the other registry's", func() bool {
		v, err := r.Resolve(t.Context(), "a/s")
		return err == nil && v.GetVersion() == "0.9.0"
	})
	eventually(t, "live again", func() bool { return r.Stats().Live })
	if v, err := r.Resolve(t.Context(), "a/s"); err != nil || v.GetVersion() != "0.9.0" {
		t.Error(v, err)
	}
}

func TestEvictionIsBound(t *testing.T) {
	addr, _ := serve(t, t.TempDir(), "")
	c := connect(t, addr)
	c.authority(t, "a")
	mustPublish(t, c, "a/s@1.0.0")
	r := NewResolver(c, ResolverOptions{Entries: 100})
	defer r.Close()
	eventually(t, "live", func() bool { return r.Stats().Live })
	refs := make([]string, 2500)
	for i := range refs {
		refs[i] = fmt.Sprintf("etalon:a/s@>=0.%d", i)
		if i%3 == 0 {
			refs[i] = fmt.Sprintf("nothing %d", i)
		}
	}
	for range 2 {
		res, failed, err := r.ResolveAll(t.Context(), refs)
		if err != nil {
			t.Fatal(err)
		}
		for i := range refs {
			if (res[i] == nil) == (failed[i] == nil) || (failed[i] != nil) != (i%3 == 0) {
				t.Fatalf("%s: %v, %v", refs[i], res[i], failed[i])
			}
		}
		if kept := r.Stats().Kept; kept > 100 || kept < 50 {
			t.Errorf("%d answers kept, want at most 100, and most of them", kept)
		}
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	indexed := len(r.loose)
	for _, refs := range r.byName {
		indexed += len(refs)
	}
	if indexed != len(r.kept) || len(r.byKey) != 0 {
		t.Errorf("%d answers are kept and %d indexed, %d by key", len(r.kept), indexed, len(r.byKey))
	}
}

func BenchmarkKeptAnswer(b *testing.B) {
	addr, _ := serve(b, b.TempDir(), "")
	c := connect(b, addr)
	c.authority(b, "a")
	mustPublish(b, c, "a/s@1.0.0")
	r := NewResolver(c, ResolverOptions{})
	defer r.Close()
	eventually(b, "live", func() bool { return r.Stats().Live })
	if _, err := r.Resolve(b.Context(), "a/s@^1"); err != nil {
		b.Fatal(err)
	}
	asked := r.Stats().Misses
	ctx := b.Context()
	for b.Loop() {
		if _, err := r.Resolve(ctx, "a/s@^1"); err != nil {
			b.Fatal(err)
		}
	}
	if r.Stats().Misses != asked {
		b.Errorf("the registry was asked")
	}
}
