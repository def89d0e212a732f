package gateway

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func TestEvents(t *testing.T) {
	s := newSite(t, nil)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/changes:watch?after=40", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	events := bufio.NewReader(res.Body)
	// Each is read before the next is sent: nothing may wait in a buffer.
	steps := []struct {
		send *etalonv1.WatchResponse
		want string
	}{
		{nil, "retry: 3000\n\n"},
		{&etalonv1.WatchResponse{Revision: 40}, "id: 40\nevent: heartbeat\ndata: {\"revision\":\"40\"}\n\n"},
		{
			&etalonv1.WatchResponse{Revision: 42, Changes: []*etalonv1.Change{
				{Revision: 41, Type: etalonv1.Change_TYPE_TAG_SET, Detail: "two\nlines"}, {Revision: 42, Name: "authorities/ocp"},
			}},
			"id: 41\nevent: change\ndata: {\"revision\":\"41\",\"type\":\"TYPE_TAG_SET\",\"detail\":\"two\\nlines\"}\n\n" +
				"id: 42\nevent: change\ndata: {\"revision\":\"42\",\"name\":\"authorities/ocp\"}\n\n",
		},
		{
			&etalonv1.WatchResponse{Revision: 50, Changes: []*etalonv1.Change{{Revision: 45}}},
			"id: 45\nevent: change\ndata: {\"revision\":\"45\"}\n\nid: 50\n\n",
		},
	}
	for _, step := range steps {
		if step.send != nil {
			s.feed <- step.send
		}
		got := make([]byte, len(step.want))
		if _, err := io.ReadFull(events, got); err != nil || string(got) != step.want {
			t.Fatalf("got %q, %v, want %q", got, err, step.want)
		}
	}
	close(s.feed) // the service cuts the reader off
	rest, err := io.ReadAll(events)
	if err != nil || !strings.HasPrefix(string(rest), "event: end\ndata: {\"error\":{\"code\":429,") || !strings.Contains(string(rest), "SLOW_READER") {
		t.Errorf("the end: %q, %v", rest, err)
	}
}

// Over HTTP/2 a write deadline that passes ends the stream even if nothing is
// being written: between two messages there must be none.
func TestEventsMayBeFarApart(t *testing.T) {
	const stall = 50 * time.Millisecond
	s := newSite(t, func(c *Config, _ *fake) { c.StallTimeout = stall })
	server := httptest.NewUnstartedServer(s.handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/changes:watch", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ProtoMajor != 2 {
		t.Fatalf("the protocol is %s, want HTTP/2", res.Proto)
	}
	events := bufio.NewReader(res.Body)
	for i := range 3 {
		s.feed <- &etalonv1.WatchResponse{Revision: 40}
		for line := ""; line != "event: heartbeat\n"; {
			if line, err = events.ReadString('\n'); err != nil {
				t.Fatalf("message %d: %q, %v", i, line, err)
			}
		}
		time.Sleep(4 * stall) // which is what must not matter
	}
}

func TestWhereEventsBegin(t *testing.T) {
	tests := []struct {
		name, query, last string
		want              *etalonv1.WatchRequest // nil: refused here
		code              int
		reason            string
	}{
		{"now", "", "", &etalonv1.WatchRequest{}, 200, ""},
		{"after a revision", "?after=5", "", &etalonv1.WatchRequest{After: proto.Uint64(5)}, 200, ""},
		{"from the beginning", "?after=0", "", &etalonv1.WatchRequest{After: proto.Uint64(0)}, 200, ""},
		{"the last event wins", "?after=5", "9", &etalonv1.WatchRequest{After: proto.Uint64(9)}, 200, ""},
		{"in this registry", "", "here:9", &etalonv1.WatchRequest{After: proto.Uint64(9), RegistryId: "here"}, 200, ""},
		{"filtered", "?authorities=authorities/a&authorities=authorities/b&types=TYPE_TAG_SET&heartbeat_seconds=3", "", &etalonv1.WatchRequest{
			Authorities: []string{"authorities/a", "authorities/b"}, Types: []etalonv1.Change_Type{etalonv1.Change_TYPE_TAG_SET}, HeartbeatSeconds: 3,
		}, 200, ""},
		{"in another registry", "?registryId=there", "9", &etalonv1.WatchRequest{After: proto.Uint64(9), RegistryId: "there"}, 400, "OTHER_REGISTRY"},
		{"the last event was another registry's", "", "there:9", &etalonv1.WatchRequest{After: proto.Uint64(9), RegistryId: "there"}, 400, "OTHER_REGISTRY"},
		{"in the future", "", "42", &etalonv1.WatchRequest{After: proto.Uint64(42)}, 400, "REVISION_IN_FUTURE"},
		{"after a future revision", "?after=42", "", &etalonv1.WatchRequest{After: proto.Uint64(42)}, 400, "REVISION_IN_FUTURE"},
		{"foreign", "?after=5", "abc", nil, 400, "BAD_REQUEST"},
		{"negative", "", "-1", nil, 400, "BAD_REQUEST"},
		{"after no number", "?after=x", "", nil, 400, "BAD_REQUEST"},
		{"unknown parameter", "?since=5", "", nil, 400, "BAD_REQUEST"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodHead, "/v1/changes:watch"+tt.query, nil)
			if tt.last != "" {
				r.Header.Set("Last-Event-ID", tt.last)
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			if w.Code != tt.code {
				t.Errorf("status %d, want %d", w.Code, tt.code)
			}
			var got *etalonv1.WatchRequest
			s.mu.Lock()
			if len(s.requests) > 0 {
				got = s.requests[0].(*etalonv1.WatchRequest)
			}
			s.mu.Unlock()
			if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if tt.reason != "" {
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/changes:watch"+tt.query, nil)
				r.Header = http.Header{"Last-Event-Id": {tt.last}}
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				if reason := readError(t, w.Result()).reason(t); reason != tt.reason {
					t.Errorf("reason %s, want %s", reason, tt.reason)
				}
			}
		})
	}
}

func FuzzParseEventID(f *testing.F) {
	for _, s := range []string{"0", "41", "2f0e0f9e-6d3c-4b58-9a43-0e6f4a3f9f10:41", "18446744073709551615", "18446744073709551616", "-1", "+1", "007", ":1", "a:b:1", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		registry, revision, ok := parseEventID(s)
		if !ok {
			return
		}
		back := strconv.FormatUint(revision, 10)
		if registry != "" {
			back = registry + ":" + back
		}
		if back != s {
			t.Errorf("%q read as %q", s, back)
		}
	})
}
