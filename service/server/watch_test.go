package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/rpc"
)

func (r *running) watch(ctx context.Context, req *etalonv1.WatchRequest) grpc.ServerStreamingClient[etalonv1.WatchResponse] {
	r.t.Helper()
	stream, err := r.changes.Watch(ctx, req)
	return must(r.t, stream, err)
}

// The feed has no gap and no repeat over a restart of the server, and a watch
// is told that the server drains.
func TestWatchOverARestart(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	ctx := r.admin()
	zero := uint64(0)
	stream := r.watch(ctx, &etalonv1.WatchRequest{After: &zero})
	var got []uint64
	var after uint64
	take := func(until uint64) {
		t.Helper()
		for after < until {
			m, err := stream.Recv()
			must(t, m, err)
			for _, c := range m.GetChanges() {
				got = append(got, c.GetRevision())
			}
			after = m.GetRevision()
		}
	}
	for i := range 5 {
		take(r.publish(ocds, fmt.Sprintf("1.0.%d", i)).GetRevision())
	}
	r.stop()
	for {
		m, err := stream.Recv()
		if err == nil {
			after = max(after, m.GetRevision())
			continue
		}
		if in := wantError(t, err, codes.Unavailable, "DRAINING"); in["resume_after"] != fmt.Sprint(after) {
			t.Errorf("to resume after %s, had seen %d", in["resume_after"], after)
		}
		break
	}
	again := start(t, r.dir)
	stream = again.watch(again.admin(), &etalonv1.WatchRequest{After: &after})
	var last uint64
	for i := range 5 {
		last = again.publish(ocds, fmt.Sprintf("1.1.%d", i)).GetRevision()
		take(last)
	}
	var want []uint64
	for i := uint64(1); i <= last; i++ {
		want = append(want, i)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("revisions seen (-want +got):\n%s", d)
	}
}

func TestWatchFiltersAndHeartbeats(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	r.authority("iso")
	ctx := r.admin()
	begin, err := r.registries.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	must(t, begin, err)
	stream := r.watch(ctx, &etalonv1.WatchRequest{
		Standards: []string{ocds}, Types: []etalonv1.Change_Type{etalonv1.Change_TYPE_VERSION_PUBLISHED},
		HeartbeatSeconds: 1, RegistryId: begin.GetId(),
	})
	m, err := stream.Recv()
	if must(t, m, err).GetRevision() != begin.GetRevision() || len(m.GetChanges()) != 0 {
		t.Errorf("first message %v, want revision %d alone", m, begin.GetRevision())
	}
	r.publish("authorities/iso/standards/x", "1.0.0")
	want := r.publish(ocds, "1.0.0")
	m, err = stream.Recv()
	must(t, m, err)
	for len(m.GetChanges()) == 0 {
		m, err = stream.Recv()
		must(t, m, err)
	}
	if c := m.GetChanges(); len(c) != 1 || c[0].GetName() != want.GetVersion().GetName() || c[0].GetDigest() != want.GetVersion().GetDigest() {
		t.Errorf("changes %v", c)
	}
	last := r.publish("authorities/iso/standards/x", "1.1.0").GetRevision()
	for m.GetRevision() < last { // nothing passes the filter, the heartbeat carries the revision
		m, err = stream.Recv()
		if must(t, m, err); len(m.GetChanges()) > 0 {
			t.Errorf("changes %v passed the filter", m.GetChanges())
		}
	}
	future := last + 1000
	_, err = r.watch(ctx, &etalonv1.WatchRequest{After: &future}).Recv()
	wantError(t, err, codes.OutOfRange, "REVISION_IN_FUTURE")
	_, err = r.watch(ctx, &etalonv1.WatchRequest{RegistryId: "another"}).Recv()
	wantError(t, err, codes.FailedPrecondition, "OTHER_REGISTRY")
	_, err = r.watch(ctx, &etalonv1.WatchRequest{HeartbeatSeconds: 301, Authorities: []string{"x"}}).Recv()
	wantError(t, err, codes.InvalidArgument, "BAD_REQUEST")
}

// A reader that does not read is cut off and told where to resume; another one
// on the same server is not held up.
func TestSlowReaderIsCutOff(t *testing.T) {
	r := start(t, "", watchConfig(rpc.WatchConfig{SendTimeout: 200 * time.Millisecond}))
	r.authority("ocp")
	// Small windows, so that little fills them.
	r.dial(grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithStaticStreamWindowSize(64<<10), grpc.WithStaticConnWindowSize(64<<10))
	zero := uint64(0)
	slow := r.watch(r.admin(), &etalonv1.WatchRequest{After: &zero})
	r.publish(ocds, "1.0.0")
	// The reason of a redaction is in the feed; a few dozen fill the windows.
	reason := strings.Repeat("by order of a court, ", 400)
	for i := 0; gaugeOf(t, r, "etalon_watchers_cut_off_total") == 0; i++ {
		if i > 2000 {
			t.Fatal("the slow reader was not cut off")
		}
		must(t, 0, r.redact(r.upload(fmt.Sprintf("blob %d", i)), reason))
	}
	seen := uint64(0)
	for {
		m, err := slow.Recv()
		if err == nil {
			seen = m.GetRevision()
			continue
		}
		in := wantError(t, err, codes.ResourceExhausted, "SLOW_READER")
		var resume uint64
		if _, err := fmt.Sscan(in["resume_after"], &resume); err != nil || resume > seen {
			t.Errorf("told to resume after %q, had read up to %d", in["resume_after"], seen)
		}
		break
	}
}

// gaugeOf reads a figure of the server without labels.
func gaugeOf(t *testing.T, r *running, name string) float64 {
	t.Helper()
	families, err := r.s.metrics.registry.Gather()
	must(t, families, err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	t.Fatalf("there is no figure %s", name)
	return 0
}

// Draining with a reader that never reads, a stream that stays open and a
// client that stays connected ends in time.
func TestDrainEnds(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	ctx := r.admin()
	stream := r.watch(ctx, &etalonv1.WatchRequest{})
	m, err := stream.Recv()
	must(t, m, err)
	begin := time.Now()
	r.stop()
	if took := time.Since(begin); took > 4*time.Second {
		t.Errorf("draining took %v", took)
	}
	if _, err := stream.Recv(); err == nil || errors.Is(err, io.EOF) || status.Code(err) != codes.Unavailable {
		t.Errorf("the watch ended with %v", err)
	}
	if c, err := net.Dial("tcp", r.s.GRPCAddr()); err == nil {
		_ = c.Close()
		t.Error("the server still listens")
	}
}
