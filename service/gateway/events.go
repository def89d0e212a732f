package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/requestid"
)

// retryMillis is how long a browser waits before it connects again.
const retryMillis = 3000

// serveEvents sends the change feed as server-sent events. The id of an event
// is a revision, so a client that connects again goes on where it was.
func (g *gateway) serveEvents(x *exchange) {
	req := &etalonv1.WatchRequest{}
	if err := g.watchRequest(x, req); err != nil {
		g.fail(x, err)
		return
	}
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := g.changes.Watch(ctx, req)
	if err != nil {
		g.fail(x, err)
		return
	}
	// The header comes once the service has accepted the request.
	header, err := stream.Header()
	if err != nil {
		g.fail(x, err)
		return
	}
	var first *etalonv1.WatchResponse
	if len(header) == 0 {
		if first, err = stream.Recv(); err != nil {
			g.fail(x, err)
			return
		}
	}
	passOn(x.w.Header(), header)
	g.beginEvents(x)
	if x.head {
		return
	}
	g.sendEvents(x, first, stream)
}

// watchRequest reads the query and Last-Event-ID, which wins: the browser
// sends it when it connects again, to the URL that it began with.
func (g *gateway) watchRequest(x *exchange, req *etalonv1.WatchRequest) error {
	if err := fromQuery(x, req); err != nil {
		return err
	}
	ids := x.r.Header["Last-Event-Id"]
	if len(ids) == 0 || ids[0] == "" {
		return nil
	}
	registry, revision, ok := parseEventID(ids[0])
	if !ok || len(ids) > 1 {
		return badRequest(violation("Last-Event-ID", quoted(ids[0])+" is no id of this feed; ids are revisions"))
	}
	req.After = &revision
	if registry != "" {
		req.RegistryId = registry
	}
	return nil
}

// parseEventID reads the id of an event: a revision, or the id of a registry,
// ":" and a revision, for clients that watch several and want to be told when
// they mix them up.
func parseEventID(s string) (registry string, revision uint64, ok bool) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		registry, s = s[:i], s[i+1:]
		if !requestid.Valid(registry) { // letters, digits and "-" of a UUID are among its characters
			return "", 0, false
		}
	}
	if s == "" || s[0] == '+' || len(s) > 1 && s[0] == '0' {
		return "", 0, false
	}
	revision, err := strconv.ParseUint(s, 10, 64)
	return registry, revision, err == nil
}

func (g *gateway) beginEvents(x *exchange) {
	h := x.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that hold answers back: don't
	h["X-Content-Type-Options"] = nosniff
	x.w.WriteHeader(http.StatusOK)
	g.metrics.answered(x, http.StatusOK)
}

// sendEvents passes messages on until either side ends.
func (g *gateway) sendEvents(x *exchange, m *etalonv1.WatchResponse, stream grpc.ServerStreamingClient[etalonv1.WatchResponse]) {
	to := g.patient(x.w)
	control := http.NewResponseController(x.w)
	out := append([]byte("retry: "), strconv.Itoa(retryMillis)...)
	out = append(out, "\n\n"...)
	for {
		var err error
		if m != nil {
			out, err = appendEvents(out, m)
		}
		if err == nil {
			if _, err := to.Write(out); err != nil {
				return // the client has gone
			}
			if control.Flush() != nil {
				return
			}
			to.rest()
			out = out[:0]
			m, err = stream.Recv()
		}
		if err != nil {
			g.endEvents(x, to, control, err)
			return
		}
	}
}

// endEvents tells why the feed ends, where somebody is there to hear it.
func (g *gateway) endEvents(x *exchange, to io.Writer, control *http.ResponseController, err error) {
	if errors.Is(err, io.EOF) || x.r.Context().Err() != nil {
		return
	}
	out := append([]byte("event: end\ndata: "), g.errorJSON(asProblem(err), x.id)...)
	if _, err := to.Write(append(out, "\n\n"...)); err == nil {
		_ = control.Flush() // it is the last there is
	}
}

// appendEvents writes a message as events. Where its revision is beyond the
// last change, since nothing in between was asked for, an id alone moves the
// client on.
func appendEvents(out []byte, m *etalonv1.WatchResponse) ([]byte, error) {
	var last uint64
	for _, c := range m.GetChanges() {
		data, err := marshalJSON(c)
		if err != nil {
			return out, err
		}
		last = c.GetRevision()
		out = appendEvent(out, last, "change", data)
	}
	switch {
	case len(m.GetChanges()) == 0:
		data := strconv.AppendUint([]byte(`{"revision":"`), m.GetRevision(), 10)
		out = appendEvent(out, m.GetRevision(), "heartbeat", append(data, `"}`...))
	case m.GetRevision() > last:
		out = strconv.AppendUint(append(out, "id: "...), m.GetRevision(), 10)
		out = append(out, "\n\n"...)
	}
	return out, nil
}

func appendEvent(out []byte, id uint64, event string, data []byte) []byte {
	out = strconv.AppendUint(append(out, "id: "...), id, 10)
	out = append(append(out, "\nevent: "...), event...)
	out = append(append(out, "\ndata: "...), data...)
	return append(out, "\n\n"...)
}
