package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// content is n bytes that differ by seed.
func content(seed uint64, n int) []byte {
	src := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)})
	b := make([]byte, n)
	_, _ = src.Read(b) // it never fails
	return b
}

func putBytes(ctx context.Context, s store.Store, b []byte) error {
	return s.Put(ctx, standard.DigestOf(b), int64(len(b)), bytes.NewReader(b), epoch)
}

func put(t testing.TB, s store.Store, b []byte) {
	t.Helper()
	if err := putBytes(testContext(t), s, b); err != nil {
		t.Fatalf("Put of %d bytes: %v", len(b), err)
	}
}

func stat(t testing.TB, s store.Store, b []byte) store.BlobInfo {
	t.Helper()
	got, err := s.Stat(testContext(t), []standard.Digest{standard.DigestOf(b)})
	if err != nil || len(got) != 1 {
		t.Fatalf("Stat: %v, %v", got, err)
	}
	return got[0]
}

func readAll(t testing.TB, s store.Store, b []byte) []byte {
	t.Helper()
	return readFrom(t, s, b, 0)
}

func readFrom(t testing.TB, s store.Store, b []byte, offset int64) []byte {
	t.Helper()
	r, info, err := s.Open(testContext(t), standard.DigestOf(b), offset)
	if err != nil {
		t.Fatalf("Open from %d: %v", offset, err)
	}
	if info.Size != int64(len(b)) {
		t.Errorf("Open says %d bytes, want %d", info.Size, len(b))
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("read from %d: %v", offset, err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	return got
}

// noReader fails the test if it is read.
func noReader(t testing.TB) io.Reader {
	return readerFunc(func([]byte) (int, error) {
		t.Error("Put reads what is there already")
		return 0, io.ErrUnexpectedEOF
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func blobTests() []test {
	return []test{
		{"all sizes come back, from any offset", blobSizes},
		{"an absent blob", blobAbsent},
		{"putting again restarts the grace period", blobAgain},
		{"wrong bytes are never visible", blobWrong},
		{"a broken upload is never visible", blobBroken},
		{"uploads of the same bytes at once all succeed", blobTogether},
		{"a liar spoils nobody's upload", blobLiar},
		{"stat answers in the order asked", blobStat},
		{"redaction", blobRedacted},
		{"an early close", blobClosed},
	}
}

func blobSizes(t *testing.T, e *Env) {
	chunk := int(e.ChunkSize)
	for i, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 5 << 20} {
		b := content(uint64(i), n)
		put(t, e.Store, b)
		if got := stat(t, e.Second, b); got.Size != int64(n) || got.Redacted != "" || !got.Stored.Equal(epoch) {
			t.Errorf("Stat of %d bytes = %+v", n, got)
		}
		offsets := []int{0, n}
		if n > 0 {
			offsets = append(offsets, 1, n-1, n/2, min(n, chunk), max(0, min(n, chunk)-1))
		}
		for _, o := range offsets {
			if got := readFrom(t, e.Second, b, int64(o)); !bytes.Equal(got, b[o:]) {
				t.Errorf("%d bytes from %d: got %d bytes, want %d", n, o, len(got), n-o)
			}
		}
		for _, o := range []int64{-1, int64(n) + 1} {
			if r, _, err := e.Store.Open(testContext(t), standard.DigestOf(b), o); err == nil {
				t.Errorf("Open of %d bytes from %d succeeds", n, o)
				_ = r.Close()
			}
		}
	}
}

func blobAbsent(t *testing.T, e *Env) {
	b := content(1, 10)
	d := standard.DigestOf(b)
	if got := stat(t, e.Store, b); got.Size != -1 || got.Digest != d {
		t.Errorf("Stat = %+v, want size -1", got)
	}
	_, _, err := e.Store.Open(testContext(t), d, 0)
	wantError(t, "Open", err, store.ErrNotFound)
	wantError(t, "Redact", e.Store.Redact(testContext(t), d, "why"), store.ErrNotFound)
}

func blobAgain(t *testing.T, e *Env) {
	for _, n := range []int{10, int(e.ChunkSize) * 2} {
		b := content(uint64(n), n)
		d := standard.DigestOf(b)
		put(t, e.Store, b)
		later := epoch.Add(time.Hour)
		if err := e.Second.Put(testContext(t), d, int64(n), noReader(t), later); err != nil {
			t.Fatalf("Put again: %v", err)
		}
		if got := stat(t, e.Store, b); !got.Stored.Equal(later) {
			t.Errorf("Stored = %v, want %v", got.Stored, later)
		}
		if err := e.Store.Put(testContext(t), d, int64(n), noReader(t), epoch); err != nil {
			t.Fatalf("Put with an earlier time: %v", err)
		}
		if got := stat(t, e.Store, b); !got.Stored.Equal(later) {
			t.Errorf("Stored went back to %v", got.Stored)
		}
		err := e.Store.Put(testContext(t), d, int64(n)+1, noReader(t), later)
		wantError(t, "Put with another size", err, store.ErrDigestMismatch)
		if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
			t.Errorf("got %d bytes, want %d", len(got), n)
		}
	}
}

func blobWrong(t *testing.T, e *Env) {
	for _, n := range []int{0, 10, int(e.ChunkSize), int(e.ChunkSize)*3 + 5} {
		b := content(uint64(n), n)
		d := standard.DigestOf(append([]byte("other"), b...))
		err := e.Store.Put(testContext(t), d, int64(n), bytes.NewReader(b), epoch)
		wantError(t, fmt.Sprintf("Put of %d bytes with another digest", n), err, store.ErrDigestMismatch)
		err = e.Store.Put(testContext(t), standard.DigestOf(b), int64(n)+1, bytes.NewReader(b), epoch)
		wantError(t, fmt.Sprintf("Put of %d bytes where one more is announced", n), err, store.ErrDigestMismatch)
		for _, d := range []standard.Digest{d, standard.DigestOf(b)} {
			_, _, err = e.Second.Open(testContext(t), d, 0)
			wantError(t, "Open", err, store.ErrNotFound)
		}
	}
	wantError(t, "Put of a negative size",
		e.Store.Put(testContext(t), standard.DigestOf(nil), -1, bytes.NewReader(nil), epoch), store.ErrDigestMismatch)
}

func blobBroken(t *testing.T, e *Env) {
	cut := errors.New("connection cut")
	for _, n := range []int{10, int(e.ChunkSize) * 6} {
		b := content(uint64(n), n)
		d := standard.DigestOf(b)
		r := io.MultiReader(bytes.NewReader(b[:n-1]), iotest.ErrReader(cut))
		wantError(t, "Put from a reader that fails", e.Store.Put(testContext(t), d, int64(n), r, epoch), cut)

		ctx, cancel := context.WithCancel(testContext(t))
		r = io.MultiReader(bytes.NewReader(b[:n/2]), readerFunc(func([]byte) (int, error) {
			cancel()
			return 0, ctx.Err()
		}))
		wantError(t, "Put that is cancelled", e.Store.Put(ctx, d, int64(n), r, epoch), context.Canceled)
		if got := stat(t, e.Second, b); got.Size != -1 {
			t.Errorf("a broken upload shows %d bytes", got.Size)
		}
		put(t, e.Second, b)
		if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
			t.Errorf("got %d bytes, want %d", len(got), n)
		}
	}
}

func blobTogether(t *testing.T, e *Env) {
	handles := []store.Store{e.Store, e.Second}
	for _, n := range []int{10, int(e.ChunkSize)*3 + 1} {
		b := content(uint64(n), n)
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if err := putBytes(testContext(t), handles[i%2], b); err != nil {
					t.Errorf("Put: %v", err)
				}
			})
		}
		wg.Wait()
		if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
			t.Errorf("got %d bytes, want %d", len(got), n)
		}
	}
	// What the losers wrote is not left behind.
	n, freed, err := e.Store.Sweep(testContext(t), headOf(t, e.Store), epoch.Add(time.Hour), func(standard.Digest) bool { return true })
	if n != 0 || freed != 0 || err != nil {
		t.Errorf("Sweep finds %d leftovers of %d bytes, %v", n, freed, err)
	}
}

func blobLiar(t *testing.T, e *Env) {
	n := int(e.ChunkSize)*4 + 7
	b := content(1, n)
	d := standard.DigestOf(b)
	lie := content(2, n)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			err := e.Second.Put(testContext(t), d, int64(n), bytes.NewReader(lie), epoch)
			if err != nil && !errors.Is(err, store.ErrDigestMismatch) {
				t.Errorf("Put of a lie: %v", err)
			}
		})
	}
	put(t, e.Store, b)
	wg.Wait()
	if got := readAll(t, e.Store, b); !bytes.Equal(got, b) {
		t.Errorf("the blob has %d bytes, want its own %d", len(got), n)
	}
}

func blobStat(t *testing.T, e *Env) {
	var ds []standard.Digest
	var want []int64
	for i := range 230 {
		b := content(uint64(i), i+1)
		ds = append(ds, standard.DigestOf(b))
		if i%7 != 0 {
			want = append(want, -1)
			continue
		}
		put(t, e.Store, b)
		want = append(want, int64(i+1))
	}
	got, err := e.Second.Stat(testContext(t), ds)
	if err != nil || len(got) != len(ds) {
		t.Fatalf("Stat: %d answers, %v", len(got), err)
	}
	for i := range got {
		if got[i].Digest != ds[i] || got[i].Size != want[i] {
			t.Errorf("answer %d = %+v, want size %d of %s", i, got[i], want[i], ds[i])
		}
	}
	if got, err := e.Store.Stat(testContext(t), nil); len(got) != 0 || err != nil {
		t.Errorf("Stat of nothing: %v, %v", got, err)
	}
}

func blobRedacted(t *testing.T, e *Env) {
	for _, n := range []int{0, 10, int(e.ChunkSize)*2 + 1} {
		b := content(uint64(n), n)
		d := standard.DigestOf(b)
		put(t, e.Store, b)
		if err := e.Store.Redact(testContext(t), d, ""); err == nil {
			t.Error("Redact takes no reason")
		}
		for _, reason := range []string{"order 7", "order 8"} {
			if err := e.Store.Redact(testContext(t), d, reason); err != nil {
				t.Fatalf("Redact: %v", err)
			}
		}
		if got := stat(t, e.Second, b); got.Size != int64(n) || got.Redacted != "order 7" {
			t.Errorf("Stat = %+v", got)
		}
		_, _, err := e.Second.Open(testContext(t), d, 0)
		isRedacted(t, "Open", err)
		isRedacted(t, "Put", e.Second.Put(testContext(t), d, int64(n), noReader(t), epoch))
		sweepAll(t, e.Store)
		_, _, err = e.Second.Open(testContext(t), d, 0)
		isRedacted(t, "Open after a sweep", err)
	}
}

func isRedacted(t testing.TB, what string, err error) {
	t.Helper()
	var r *store.RedactedError
	if !errors.As(err, &r) || r.Reason != "order 7" {
		t.Errorf("%s: got %v, want that it was redacted by order 7", what, err)
	}
}

func blobClosed(t *testing.T, e *Env) {
	b := content(1, int(e.ChunkSize)*8)
	put(t, e.Store, b)
	r, _, err := e.Store.Open(testContext(t), standard.DigestOf(b), 0)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatalf("read: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if n, err := r.Read(make([]byte, 10)); n != 0 || err == nil || errors.Is(err, io.EOF) {
		t.Errorf("read after Close = %d, %v", n, err)
	}
	ctx, cancel := context.WithCancel(testContext(t))
	r, _, err = e.Store.Open(ctx, standard.DigestOf(b), 0)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	cancel()
	if got, err := io.ReadAll(r); err == nil {
		t.Errorf("reading with a cancelled context gives %d bytes and no error", len(got))
	} else {
		wantError(t, "reading with a cancelled context", err, context.Canceled)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
