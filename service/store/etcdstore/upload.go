package etcdstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

const (
	chunksInFlight = 4
	chunkTries     = 4
	chunkRetryWait = 100 * time.Millisecond // doubled each time
	discardTimeout = 3 * time.Second
)

// Put stores a blob. A small one goes in with its marker, in one transaction.
// A larger one is an upload: its own chunks, and at the end one transaction
// that makes the marker and ends the upload, if the upload is still there.
//
// Of two uploads of one digest the second to end throws its chunks away. An
// answer that is lost at the end is ErrUnknownOutcome; putting again is fine.
func (s *Store) Put(ctx context.Context, d standard.Digest, size int64, r io.Reader, now time.Time) error {
	if size < 0 {
		return fmt.Errorf("put %s: %w: size %d", d, store.ErrDigestMismatch, size)
	}
	m, err := s.marker(ctx, d)
	if err != nil {
		return err
	}
	there, err := s.touch(ctx, d, size, m, now)
	if there || err != nil {
		return err
	}
	u := &upload{s: s, d: d, id: newUploadID(), size: size, now: now}
	if size <= ChunkSize {
		return u.whole(ctx, r)
	}
	return u.stream(ctx, r)
}

func newUploadID() string {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(errors.Join(errors.New("no randomness"), err))
	}
	return hex.EncodeToString(b[:])
}

// upload is one upload under way.
type upload struct {
	s    *Store
	d    standard.Digest
	id   string
	size int64
	now  time.Time
	mod  int64 // etcd revision of its record
}

func (u *upload) op() string  { return "put " + u.d.String() }
func (u *upload) key() string { return u.s.keys.upload(u.d, u.id) }

// whole puts a blob of at most one chunk.
func (u *upload) whole(ctx context.Context, r io.Reader) error {
	buf := make([]byte, u.size)
	if _, err := io.ReadFull(r, buf); err != nil {
		return u.broken(err)
	}
	if standard.DigestOf(buf) != u.d {
		return fmt.Errorf("%s: %w", u.op(), store.ErrDigestMismatch)
	}
	var then []clientv3.Op
	if u.size > 0 {
		then = append(then, clientv3.OpPut(u.s.keys.chunk(u.d, u.id, 0), string(buf)))
	}
	return u.finish(ctx, nil, then)
}

// stream puts a blob chunk by chunk, a few at a time.
func (u *upload) stream(ctx context.Context, r io.Reader) (err error) {
	if err := u.begin(ctx); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			u.discard(ctx)
		}
	}()
	sum, err := u.chunks(ctx, r)
	if err != nil {
		return err
	}
	if sum != u.d {
		return fmt.Errorf("%s: %w: the bytes have %s", u.op(), store.ErrDigestMismatch, sum)
	}
	return u.finish(ctx,
		[]clientv3.Cmp{unchanged(u.key(), u.mod)},
		[]clientv3.Op{clientv3.OpDelete(u.key())})
}

func (u *upload) begin(ctx context.Context) error {
	value, err := codec.Marshal(&storev1.Upload{Size: u.size, Started: codec.Timestamp(u.now)})
	if err != nil {
		return fmt.Errorf("%s: %w", u.op(), err)
	}
	resp, err := u.s.txn(ctx, nil, []clientv3.Op{clientv3.OpPut(u.key(), string(value))}, nil)
	if err != nil {
		return u.s.readError(ctx, u.op(), err)
	}
	u.mod = resp.Header.Revision
	return nil
}

// chunks stores the chunks and returns the digest of what was read.
func (u *upload) chunks(ctx context.Context, r io.Reader) (standard.Digest, error) {
	hash := sha256.New()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(chunksInFlight)
	var readErr error
	for n := int64(0); n*ChunkSize < u.size && gctx.Err() == nil; n++ {
		buf := make([]byte, min(ChunkSize, u.size-n*ChunkSize))
		if _, readErr = io.ReadFull(r, buf); readErr != nil {
			break
		}
		hash.Write(buf)
		g.Go(func() error { return u.chunk(gctx, n, string(buf)) })
	}
	if err := g.Wait(); err != nil {
		return standard.Digest{}, err
	}
	if readErr != nil {
		return standard.Digest{}, u.broken(readErr)
	}
	if ctx.Err() != nil {
		return standard.Digest{}, fmt.Errorf("%s: %w", u.op(), gaveUp(ctx))
	}
	return standard.Digest(hash.Sum(nil)), nil
}

// chunk puts one chunk while the upload is there. Putting it twice is no
// matter, so a lost answer is asked for again.
func (u *upload) chunk(ctx context.Context, n int64, data string) error {
	wait := chunkRetryWait
	for try := 1; ; try++ {
		resp, err := u.s.txn(ctx,
			[]clientv3.Cmp{unchanged(u.key(), u.mod)},
			[]clientv3.Op{clientv3.OpPut(u.s.keys.chunk(u.d, u.id, n), data)}, nil)
		if err == nil && resp.Succeeded {
			return nil
		}
		if err == nil {
			return u.gone(ctx)
		}
		mapped := u.s.readError(ctx, u.op(), err)
		if !errors.Is(mapped, store.ErrUnavailable) || try == chunkTries || ctx.Err() != nil {
			return mapped
		}
		if err := pause(ctx, wait); err != nil {
			return fmt.Errorf("%s: %w", u.op(), err)
		}
		wait *= 2
	}
}

// gone says why an upload is no more: a redaction, or the sweeper, for which
// it took too long.
func (u *upload) gone(ctx context.Context) error {
	m, err := u.s.marker(ctx, u.d)
	switch {
	case err != nil:
		return err
	case m.blob != nil && m.blob.Redacted != "":
		return &store.RedactedError{Digest: u.d, Reason: m.blob.Redacted}
	}
	return fmt.Errorf("%s: %w: the upload took so long that it was swept", u.op(), store.ErrUnavailable)
}

// finish makes the blob visible, unless somebody else did.
func (u *upload) finish(ctx context.Context, ifs []clientv3.Cmp, then []clientv3.Op) error {
	key := u.s.keys.marker(u.d)
	value, err := encodeBlob(&storev1.Blob{
		Size: u.size, ChunkSize: ChunkSize, Upload: u.id, Stored: codec.Timestamp(u.now),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", u.op(), err)
	}
	resp, err := u.s.txn(ctx,
		append([]clientv3.Cmp{absent(key)}, ifs...),
		append([]clientv3.Op{clientv3.OpPut(key, value)}, then...),
		[]clientv3.Op{clientv3.OpGet(key)})
	if err != nil {
		return u.settle(ctx, err)
	}
	if resp.Succeeded {
		return nil
	}
	m, err := markerOf(key, resp.Responses[0].GetResponseRange().Kvs)
	if err != nil {
		return err
	}
	if m.blob == nil {
		return u.gone(ctx)
	}
	if u.mod != 0 {
		u.discard(ctx)
	}
	there, err := u.s.touch(ctx, u.d, u.size, m, u.now)
	if err == nil && !there {
		return fmt.Errorf("%s: %w: it was swept meanwhile", u.op(), store.ErrUnavailable)
	}
	return err
}

// settle finds out what became of the last transaction of an upload. "No
// space" does not tell either: see Store.settle.
func (u *upload) settle(ctx context.Context, cause error) error {
	failed := u.s.writeError(ctx, u.op(), cause)
	if !errors.Is(failed, store.ErrUnknownOutcome) && !errors.Is(failed, store.ErrNoSpace) || ctx.Err() != nil {
		return failed
	}
	m, err := u.s.marker(ctx, u.d)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w: %v", u.op(), store.ErrUnknownOutcome, cause)
	case m.blob != nil && m.blob.Redacted == "":
		return nil
	}
	return failed
}

// discard removes what an upload left. If that fails, the sweeper does it. It
// can't harm a finished upload: its record is gone.
func (u *upload) discard(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTimeout)
	defer cancel()
	_, err := u.s.txn(ctx,
		[]clientv3.Cmp{unchanged(u.key(), u.mod)},
		[]clientv3.Op{
			clientv3.OpDelete(u.key()),
			clientv3.OpDelete(u.s.keys.chunks(u.d, u.id), clientv3.WithPrefix()),
		}, nil)
	if err != nil {
		u.s.log.InfoContext(ctx, "a broken upload is left to the sweeper", "blob", u.d.String(), "error", err)
	}
}

func (u *upload) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: %w: fewer bytes than the %d announced", u.op(), store.ErrDigestMismatch, u.size)
	}
	return fmt.Errorf("%s: read: %w", u.op(), err)
}

// pause waits, or gives up with ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return gaveUp(ctx)
	}
}
