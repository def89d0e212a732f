package client

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// registry is a fake of the services that a resolver asks. Its verdict is
// whatever answer says, and its feed what is sent to it.
type registry struct {
	etalonv1.ResolveServiceClient
	etalonv1.ChangeServiceClient
	etalonv1.RegistryServiceClient
	etalonv1.VersionServiceClient
	answer func(ref string) *etalonv1.BatchResolveResponse
	asked  atomic.Int32
	feed   chan *etalonv1.WatchResponse
}

func (r *registry) BatchResolve(_ context.Context, req *etalonv1.BatchResolveRequest, _ ...grpc.CallOption) (*etalonv1.BatchResolveResponse, error) {
	r.asked.Add(1)
	return r.answer(req.GetRefs()[0]), nil
}

func (r *registry) GetRegistry(context.Context, *etalonv1.GetRegistryRequest, ...grpc.CallOption) (*etalonv1.Registry, error) {
	return &etalonv1.Registry{Id: "the one"}, nil
}

func (r *registry) GetVersion(_ context.Context, req *etalonv1.GetVersionRequest, _ ...grpc.CallOption) (*etalonv1.Version, error) {
	return &etalonv1.Version{Name: req.GetName()}, nil
}

func (r *registry) Watch(ctx context.Context, _ *etalonv1.WatchRequest, _ ...grpc.CallOption) (grpc.ServerStreamingClient[etalonv1.WatchResponse], error) {
	return &stream{ctx: ctx, feed: r.feed}, nil
}

type stream struct {
	grpc.ClientStream
	ctx  context.Context
	feed chan *etalonv1.WatchResponse
}

func (s *stream) Recv() (*etalonv1.WatchResponse, error) {
	select {
	case m := <-s.feed:
		return m, nil
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
}

// resolved is the answer to one reference at a revision.
func resolved(name, version string, rev uint64) *etalonv1.BatchResolveResponse {
	return &etalonv1.BatchResolveResponse{Revision: rev, Results: []*etalonv1.BatchResolveResponse_Result{{
		Verdict: &etalonv1.BatchResolveResponse_Result_Resolved{Resolved: &etalonv1.ResolveResponse{
			Name: name + "/versions/" + version, Version: version,
		}},
	}}}
}

func failed(reason string, rev uint64, until time.Time) *etalonv1.BatchResolveResponse {
	return &etalonv1.BatchResolveResponse{Revision: rev, NextChangeTime: timestamppb.New(until),
		Results: []*etalonv1.BatchResolveResponse_Result{{
			Verdict: &etalonv1.BatchResolveResponse_Result_Failure{Failure: &etalonv1.Failure{Reason: reason}},
		}}}
}

// clock is one that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

// resolver is a resolver on the fake that has heard the feed begin.
func (r *registry) resolver(t *testing.T) (*Resolver, *clock) {
	t.Helper()
	c := &clock{}
	c.advance(time.Hour)
	r.feed = make(chan *etalonv1.WatchResponse)
	x := NewResolver(&Client{Resolution: r, Changes: r, Registry: r, Versions: r, seen: &seen{}}, ResolverOptions{Now: c.now, MaxSilence: time.Minute})
	t.Cleanup(x.Close)
	r.send(&etalonv1.WatchResponse{Revision: 10})
	return x, c
}

// send gives a message to the resolver, and returns once it was taken in: a
// second one is received only after the first was heard.
func (r *registry) send(m *etalonv1.WatchResponse) {
	r.feed <- m
	r.feed <- &etalonv1.WatchResponse{Revision: m.GetRevision()}
}

// want resolves and says whether the server had to be asked.
func (r *registry) want(t *testing.T, x *Resolver, ref, version string, asked bool) {
	t.Helper()
	before := r.asked.Load()
	got, err := x.Resolve(t.Context(), ref)
	if version == "" && err == nil || version != "" && (err != nil || got.GetVersion() != version) {
		t.Errorf("%s: %v, %v, want version %q", ref, got, err, version)
	}
	if (r.asked.Load() > before) != asked {
		t.Errorf("%s: the server was asked: %v, want %v", ref, !asked, asked)
	}
}

func TestResolverDropsWhatAChangeTouches(t *testing.T) {
	r := &registry{answer: func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/ocp/standards/ocds", "1.0.0", 10)
	}}
	x, _ := r.resolver(t)
	r.want(t, x, "ocp/ocds", "1.0.0", true)
	r.want(t, x, "ocp/ocds", "1.0.0", false)
	r.send(&etalonv1.WatchResponse{Revision: 11, Changes: []*etalonv1.Change{
		{Revision: 11, Type: etalonv1.Change_TYPE_VERSION_PUBLISHED, Name: "authorities/other/standards/one/versions/1"},
	}})
	r.want(t, x, "ocp/ocds", "1.0.0", false)
	r.send(&etalonv1.WatchResponse{Revision: 12, Changes: []*etalonv1.Change{
		{Revision: 12, Type: etalonv1.Change_TYPE_TAG_SET, Name: "authorities/ocp/standards/ocds/versions/1.1.0"},
	}})
	r.want(t, x, "ocp/ocds", "1.0.0", true)
	r.want(t, x, "ocp/ocds", "1.0.0", true) // it was read before the change
}

// A failure ends by itself when a version that is on record appears.
func TestResolverKeepsAFailureUntilItMayEnd(t *testing.T) {
	r := &registry{}
	x, clock := r.resolver(t)
	until := clock.now().Add(time.Second)
	r.answer = func(string) *etalonv1.BatchResolveResponse { return failed("NOT_YET", 10, until) }
	r.want(t, x, "ocp/ocds@2.0.0", "", true)
	r.want(t, x, "ocp/ocds@2.0.0", "", false)
	clock.advance(time.Second)
	r.answer = func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/ocp/standards/ocds", "2.0.0", 10)
	}
	r.want(t, x, "ocp/ocds@2.0.0", "2.0.0", true)
}

// A text of the form of a reference may be a designation of a standard that
// has another name.
func TestResolverFollowsTheStandardThatAnswered(t *testing.T) {
	r := &registry{answer: func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/unece/standards/vocabulary", "1", 10)
	}}
	x, _ := r.resolver(t)
	r.want(t, x, "un/cefact", "1", true)
	r.want(t, x, "un/cefact", "1", false)
	r.send(&etalonv1.WatchResponse{Revision: 11, Changes: []*etalonv1.Change{
		{Revision: 11, Type: etalonv1.Change_TYPE_VERSION_PUBLISHED, Name: "authorities/unece/standards/vocabulary/versions/2"},
	}})
	r.answer = func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/unece/standards/vocabulary", "2", 11)
	}
	r.want(t, x, "un/cefact", "2", true)
}

// A feed that was silent for too long goes on where it broke off. Until it has
// caught up, what was kept before is not known to be true.
func TestResolverForgetsAfterASilence(t *testing.T) {
	r := &registry{answer: func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/ocp/standards/ocds", "1.0.0", 10)
	}}
	x, clock := r.resolver(t)
	r.want(t, x, "ocp/ocds", "1.0.0", true)
	clock.advance(time.Minute)
	r.send(&etalonv1.WatchResponse{Revision: 10}) // the greeting of a stream that resumes
	r.answer = func(string) *etalonv1.BatchResolveResponse {
		return resolved("authorities/ocp/standards/ocds", "1.1.0", 12)
	}
	r.want(t, x, "ocp/ocds", "1.1.0", true)
	r.want(t, x, "ocp/ocds", "1.1.0", false)
}
