package bench_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

const watchCall = "/etalon.v1.ChangeService/Watch"

// BenchmarkWatch: one change after the other goes to every watcher, against
// the same messages sent by a bare stream server. 200 watchers; with -soak
// 10,000 on 100 connections.
func BenchmarkWatch(b *testing.B) {
	watchers, conns, changes := 200, 10, 20
	if *soak {
		watchers, conns, changes = 10_000, 100, 3
	}
	b.Run(strconv.Itoa(watchers), func(b *testing.B) {
		for b.Loop() {
			r := newWatchRig(b, watchers, conns)
			s, base := r.compare(*rounds, changes)
			results.report(b, "server CPU of a message", ratio(s, base, "cpu"), "cpu-ratio", "at most 1.5")
			results.report(b, "time until all have a change", ratio(s, base, "ms"), "time-ratio", "at most 1.5")
			results.report(b, "memory of a watcher, KiB", spreadOf([]float64{r.subjectKiB}), "KiB/watcher", "under 16")
			results.report(b, "memory of a bare stream, KiB", spreadOf([]float64{r.baseKiB}), "KiB/stream", "")
		}
	})
}

type watchRig struct {
	tb                  testing.TB
	subject, base       *child
	client              *client.Client
	watchers            int
	atSubject, atBase   *audience
	subjectKiB, baseKiB float64
	message             int // bytes
	n                   int
}

func newWatchRig(tb testing.TB, watchers, conns int) *watchRig {
	tb.Helper()
	r := &watchRig{tb: tb, watchers: watchers}
	dir := tb.TempDir()
	if err := publishing.build(tb.Context(), dir); err != nil {
		tb.Fatal(err)
	}
	r.subject = spawn(tb, role{Kind: "etalond", Dir: dir}, serverCore)
	r.client = dialClient(tb, r.subject.GRPC)
	r.base = spawn(tb, role{Kind: "bare", Reply: 8}, serverCore)
	r.message = r.sizeOfChange()
	pinSelf(tb)
	r.atSubject, r.subjectKiB = r.gather(r.subject, watchCall, framed(&etalonv1.WatchRequest{HeartbeatSeconds: 300}), conns)
	r.atBase, r.baseKiB = r.gather(r.base, rawStream, framed(&wrapperspb.BytesValue{}), conns)
	return r
}

// sizeOfChange makes a change and reads it from the feed, as a watcher will.
func (r *watchRig) sizeOfChange() int {
	r.tb.Helper()
	ctx, cancel := context.WithCancel(r.tb.Context())
	defer cancel()
	w, err := r.client.Changes.Watch(ctx, &etalonv1.WatchRequest{})
	if err != nil {
		r.tb.Fatal(err)
	}
	if _, err := w.Recv(); err != nil {
		r.tb.Fatal(err)
	}
	r.change()
	m, err := w.Recv()
	if err != nil || len(m.GetChanges()) != 1 {
		r.tb.Fatalf("the feed gave %v, %v; want one change", m, err)
	}
	return proto.Size(m)
}

func (r *watchRig) change() {
	r.tb.Helper()
	r.n++
	_, err := r.client.Standards.SetTag(r.tb.Context(), &etalonv1.SetTagRequest{
		Name: publishing.name(r.n % publishing.Standards).Resource(), Tag: fmt.Sprintf("t%d", r.n), Version: string(publishing.version(0)),
	})
	if err != nil {
		r.tb.Fatal(err)
	}
}

// gather opens the streams and waits until each has its first message. It
// returns what a watcher takes up in the server, heap and stacks.
func (r *watchRig) gather(c *child, call string, body []byte, conns int) (*audience, float64) {
	r.tb.Helper()
	before := c.ask("collect")
	a, err := newAudience(c.GRPC, call, body, conns, r.watchers/conns)
	if err != nil {
		r.tb.Fatal(err)
	}
	r.tb.Cleanup(a.close)
	a.wait(r.tb, int64(r.watchers))
	after := c.ask("collect")
	used := float64(after.Heap+after.Stack) - float64(before.Heap+before.Stack)
	return a, used / float64(r.watchers) / 1024
}

func (r *watchRig) compare(rounds, changes int) (s, base []sample) {
	r.tb.Helper()
	side := func(c *child, a *audience, send func()) func() sample {
		return func() sample {
			before, started := c.cpu(), time.Now()
			for range changes {
				want := a.got.Load() + int64(r.watchers)
				send()
				a.wait(r.tb, want)
			}
			took := time.Since(started)
			return sample{"ms": took.Seconds() * 1e3 / float64(changes), "cpu": (c.cpu() - before) * 1e6 / float64(changes*r.watchers)}
		}
	}
	defer r.subject.profiled("watch")()
	return paired(r.tb, rounds,
		side(r.subject, r.atSubject, r.change),
		side(r.base, r.atBase, func() { r.base.ask("send", strconv.Itoa(r.message-3)) }))
}

// audience is a crowd of readers that count what they get.
type audience struct {
	wires []*wire
	got   atomic.Int64
	moved chan struct{} // holds a token when got rose
	ended errgroup.Group
	done  chan struct{}
	err   error
}

func newAudience(addr, call string, body []byte, conns, streams int) (*audience, error) {
	a := &audience{moved: make(chan struct{}, 1), done: make(chan struct{})}
	for range conns {
		w, err := dialWire(addr)
		if err != nil {
			a.close()
			return nil, err
		}
		a.wires = append(a.wires, w)
		for range streams {
			if _, err := w.request(call, body, true); err != nil {
				a.close()
				return nil, err
			}
		}
		a.ended.Go(func() error { return a.listen(w) })
	}
	go func() { defer close(a.done); a.err = a.ended.Wait() }()
	return a, nil
}

// listen counts messages: each comes in a frame of its own.
func (a *audience) listen(w *wire) error {
	for {
		id, data, done, err := w.read()
		switch {
		case err != nil:
			return err
		case done:
			return fmt.Errorf("stream %d ended", id)
		case data > 0:
			a.got.Add(1)
			select {
			case a.moved <- struct{}{}:
			default:
			}
		}
	}
}

// wait waits until so many messages came in all.
func (a *audience) wait(tb testing.TB, want int64) {
	tb.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for a.got.Load() < want {
		select {
		case <-a.moved:
		case <-a.done:
			tb.Fatalf("a watcher was lost: %v", a.err)
		case <-late.C:
			tb.Fatalf("%d messages came, want %d", a.got.Load(), want)
		}
	}
}

func (a *audience) close() {
	for _, w := range a.wires {
		w.close()
	}
	if a.done != nil && len(a.wires) > 0 {
		_ = a.ended.Wait() // connections that we closed
	}
}
