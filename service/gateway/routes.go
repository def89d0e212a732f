package gateway

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// route is a method and a shape of path.
type route struct {
	method   string
	template string   // as in the OpenAPI document, names of variables aside: "/v1/authorities/{}"
	segments []string // "*" takes one segment, a last "**" the rest
	verb     string   // what follows ":" in the last segment; empty: nothing
	query    map[string]bool
	body     protoreflect.MessageDescriptor // of the JSON body; nil: no body
	bound    []binding                      // the variables of the path
	rpc      string                         // full method name; empty: made by hand
	short    *shortWay                      // nil: through the transcoder
	accepts  func(params []string) bool     // a further condition; nil: none
	serve    func(*gateway, *exchange)

	// Counters of the usual answers, set when first needed.
	ok, notModified atomic.Pointer[prometheus.Counter]
}

// routeTable finds routes. It is a list by number of segments, which is short.
type routeTable struct {
	all   []*route
	byLen map[int][]*route
	deep  []*route // those that end in "**"
}

// contract is every file of the contract that has services.
var contract = []protoreflect.FileDescriptor{
	etalonv1.File_etalon_v1_authority_proto,
	etalonv1.File_etalon_v1_blob_proto,
	etalonv1.File_etalon_v1_change_proto,
	etalonv1.File_etalon_v1_check_proto,
	etalonv1.File_etalon_v1_publishing_proto,
	etalonv1.File_etalon_v1_registry_proto,
	etalonv1.File_etalon_v1_resolve_proto,
	etalonv1.File_etalon_v1_standard_proto,
	etalonv1.File_etalon_v1_version_proto,
}

// newRouteTable takes the routes made by hand and adds those of the
// annotations. A route made by hand stands in for an annotated one.
func newRouteTable(own []*route) (*routeTable, error) {
	t := &routeTable{byLen: map[int][]*route{}}
	for _, r := range own {
		if err := t.add(r); err != nil {
			return nil, err
		}
	}
	for _, f := range contract {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				r, err := annotated(methods.Get(j))
				if err != nil {
					return nil, err
				}
				if r == nil || t.has(r) {
					continue
				}
				if err := t.add(r); err != nil {
					return nil, err
				}
			}
		}
	}
	return t, nil
}

func (t *routeTable) has(r *route) bool {
	return slices.ContainsFunc(t.all, func(o *route) bool { return o.method == r.method && o.template == r.template })
}

func (t *routeTable) add(r *route) error {
	if t.has(r) {
		return fmt.Errorf("gateway: two routes %s %s", r.method, r.template)
	}
	t.all = append(t.all, r)
	if n := len(r.segments); n > 0 && r.segments[n-1] == "**" {
		t.deep = append(t.deep, r)
		return nil
	}
	t.byLen[len(r.segments)] = append(t.byLen[len(r.segments)], r)
	// A verb is looked for before the segment is taken whole.
	slices.SortStableFunc(t.byLen[len(r.segments)], func(a, b *route) int { return len(b.verb) - len(a.verb) })
	return nil
}

// annotated makes the route of a method; nil where it has none.
func annotated(m protoreflect.MethodDescriptor) (*route, error) {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	method, path := rulePath(rule)
	if path == "" {
		return nil, nil
	}
	r := newRoute(method, path, (*gateway).serveRPC)
	r.rpc = fmt.Sprintf("/%s/%s", m.Parent().FullName(), m.Name())
	var err error
	if r.short, err = newShortWay(m, r); err != nil {
		return nil, err
	}
	var bound []string
	for _, b := range r.bound {
		top, _, _ := strings.Cut(b.field, ".")
		bound = append(bound, top)
	}
	switch body := rule.GetBody(); body {
	case "":
		r.query = queryNames(m.Input(), bound)
	case "*":
		r.body, r.query = m.Input(), map[string]bool{}
	default:
		f := m.Input().Fields().ByName(protoreflect.Name(body))
		if f == nil || f.Message() == nil {
			return nil, fmt.Errorf("gateway: %s has no message %q for its body", r.rpc, body)
		}
		r.body = f.Message()
		r.query = queryNames(m.Input(), append(bound, body))
	}
	return r, nil
}

func rulePath(rule *annotations.HttpRule) (method, path string) {
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return http.MethodGet, p.Get
	case *annotations.HttpRule_Post:
		return http.MethodPost, p.Post
	case *annotations.HttpRule_Patch:
		return http.MethodPatch, p.Patch
	case *annotations.HttpRule_Put:
		return http.MethodPut, p.Put
	case *annotations.HttpRule_Delete:
		return http.MethodDelete, p.Delete
	}
	return "", ""
}

// newRoute reads a path such as "/v1/{name=authorities/*}/standards:verb".
func newRoute(method, path string, serve func(*gateway, *exchange)) *route {
	r := &route{method: method, serve: serve, query: map[string]bool{}}
	if i := strings.LastIndexByte(path, ':'); i > strings.LastIndexByte(path, '}') && i > strings.LastIndexByte(path, '/') {
		path, r.verb = path[:i], path[i+1:]
	}
	var flat strings.Builder
	for path != "" {
		before, rest, found := strings.Cut(path, "{")
		flat.WriteString(before)
		if !found {
			break
		}
		variable, after, _ := strings.Cut(rest, "}")
		field, shape, shaped := strings.Cut(variable, "=")
		if !shaped {
			shape = "*"
		}
		from := strings.Count(flat.String(), "/") - 1
		flat.WriteString(shape)
		r.bound = append(r.bound, binding{field, from, from + 1 + strings.Count(shape, "/")})
		path = after
	}
	r.segments = strings.Split(strings.TrimPrefix(flat.String(), "/"), "/")
	named := slices.Clone(r.segments)
	for i, s := range named {
		if s == "*" || s == "**" {
			named[i] = "{}"
		}
	}
	r.template = "/" + strings.Join(named, "/")
	if r.verb != "" {
		r.template += ":" + r.verb
	}
	return r
}

// queryNames are the names that a query may use for the fields of a request:
// lowerCamel, and as in the contract.
func queryNames(m protoreflect.MessageDescriptor, but []string) map[string]bool {
	out := map[string]bool{}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if slices.Contains(but, string(f.Name())) {
			continue
		}
		out[string(f.Name())], out[f.JSONName()] = true, true
	}
	return out
}

// match finds the route of a request, and what its wild cards took in.
func (t *routeTable) match(method string, u *url.URL) (*route, []string, bool) {
	segments := split(u)
	for _, r := range t.byLen[len(segments)] {
		if r.method == method {
			if params, ok := r.take(segments); ok {
				return r, params, true
			}
		}
	}
	for _, r := range t.deep {
		if r.method == method {
			if params, ok := r.take(segments); ok {
				return r, params, true
			}
		}
	}
	return nil, nil, false
}

// methods are those that a path can be asked with, sorted, OPTIONS included;
// none: there is nothing.
func (t *routeTable) methods(u *url.URL) []string {
	var out []string
	for _, m := range []string{http.MethodDelete, http.MethodGet, http.MethodPatch, http.MethodPost, http.MethodPut} {
		if _, _, ok := t.match(m, u); ok {
			if out = append(out, m); m == http.MethodGet {
				out = append(out, http.MethodHead)
			}
		}
	}
	if len(out) > 0 {
		out = append(out, http.MethodOptions)
		slices.Sort(out)
	}
	return out
}

// split cuts the path as it was sent, so that an escaped "/" cuts nothing. A
// path that does not begin with "/" has no segments.
func split(u *url.URL) []string {
	path, ok := strings.CutPrefix(u.EscapedPath(), "/")
	if !ok {
		return nil
	}
	return strings.Split(path, "/")
}

// take matches a path. Segments are compared as sent and taken in unescaped.
func (r *route) take(segments []string) ([]string, bool) {
	n := len(r.segments)
	deep := r.segments[n-1] == "**"
	if len(segments) < n || !deep && len(segments) != n {
		return nil, false
	}
	last := segments[len(segments)-1]
	if r.verb != "" {
		bare, ok := strings.CutSuffix(last, ":"+r.verb)
		if !ok || bare == "" {
			return nil, false
		}
		last = bare
	}
	var params []string
	for i, want := range r.segments {
		got := segments[i]
		if want == "**" {
			got = strings.Join(segments[i:], "/")
		} else if i == len(segments)-1 {
			got = last
		}
		if want != "*" && want != "**" {
			if got != want {
				return nil, false
			}
			continue
		}
		text, err := url.PathUnescape(got)
		if err != nil || text == "" {
			return nil, false
		}
		params = append(params, text)
	}
	return params, r.accepts == nil || r.accepts(params)
}
