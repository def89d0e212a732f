package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// checkQuery refuses a query that does not parse, and every parameter that the
// route does not know.
func checkQuery(rt *route, raw string) (url.Values, error) {
	if raw == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badRequest(violation("query", err.Error()))
	}
	var bad []*errdetails.BadRequest_FieldViolation
	for name := range query {
		if !rt.query[name] {
			bad = append(bad, violation(name, "is no parameter of this route"))
		}
	}
	if len(bad) == 0 {
		return query, nil
	}
	slices.SortFunc(bad, func(a, b *errdetails.BadRequest_FieldViolation) int {
		return bytes.Compare([]byte(a.GetField()), []byte(b.GetField()))
	})
	return nil, badRequest(bad...)
}

// readBody reads the body of a JSON request whole.
func (g *gateway) readBody(x *exchange) error {
	body, err := io.ReadAll(http.MaxBytesReader(x.w, io.NopCloser(g.patientBody(x)), g.cfg.MaxBodyBytes))
	if err == nil {
		x.body = body
		return nil
	}
	return bodyError(err)
}

func bodyError(err error) error {
	if p := (*problem)(nil); errors.As(err, &p) {
		return p
	}
	if e := (*http.MaxBytesError)(nil); errors.As(err, &e) {
		return &problem{http: http.StatusRequestEntityTooLarge, reason: "BODY_TOO_LARGE",
			message: "the body has more than " + strconv.FormatInt(e.Limit, 10) + " bytes"}
	}
	return &problem{http: http.StatusBadRequest, reason: "BODY_UNREADABLE", message: "the body can't be read: " + err.Error()}
}

// unknownFields names every field of a JSON body that its message does not
// have, by path: "version.links[1].uri". A body that is no JSON has none.
func unknownFields(m protoreflect.MessageDescriptor, body []byte) []*errdetails.BadRequest_FieldViolation {
	if m == nil {
		return nil
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	var paths []string
	findUnknown(m, value, "", &paths)
	slices.Sort(paths)
	out := make([]*errdetails.BadRequest_FieldViolation, len(paths))
	for i, p := range paths {
		out[i] = violation(p, "is no field of this request")
	}
	return out
}

func findUnknown(m protoreflect.MessageDescriptor, value any, at string, out *[]string) {
	object, ok := value.(map[string]any)
	if !ok || m.FullName().Parent() == "google.protobuf" {
		return
	}
	if at != "" {
		at += "."
	}
	for name, v := range object {
		f := m.Fields().ByJSONName(name)
		if f == nil {
			f = m.Fields().ByTextName(name)
		}
		if f == nil {
			*out = append(*out, at+name)
			continue
		}
		if f.Message() == nil || f.IsMap() {
			continue
		}
		list, ok := v.([]any)
		if !f.IsList() || !ok {
			findUnknown(f.Message(), v, at+name, out)
			continue
		}
		for i, item := range list {
			findUnknown(f.Message(), item, at+name+"["+strconv.Itoa(i)+"]", out)
		}
	}
}
