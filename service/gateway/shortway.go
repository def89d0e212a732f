package gateway

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// shortWay is how a read in the same process is answered without the
// transcoder: the same request goes to the same handler behind the same
// interceptors, but nothing is matched twice and the answer is not copied. A
// test holds both ways against each other.
type shortWay struct {
	field protoreflect.FieldDescriptor // that the path gives; nil: none
	bound *utilities.DoubleArray       // what the query must not set
}

// newShortWay prepares a route; nil where it has to go through the transcoder.
func newShortWay(m protoreflect.MethodDescriptor, r *route) (*shortWay, error) {
	if r.method != http.MethodGet || len(r.bound) > 1 {
		return nil, nil
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(m.Input().FullName())
	if err != nil {
		return nil, fmt.Errorf("gateway: %s: %w", m.FullName(), err)
	}
	s := &shortWay{bound: utilities.NewDoubleArray(nil)}
	if len(r.bound) == 1 {
		f := kind.Descriptor().Fields().ByName(protoreflect.Name(r.bound[0].field))
		if f == nil || f.Kind() != protoreflect.StringKind || f.IsList() {
			return nil, nil
		}
		s.field, s.bound = f, utilities.NewDoubleArray([][]string{{r.bound[0].field}})
	}
	return s, nil
}

// serveShort answers a read the short way.
func (g *gateway) serveShort(x *exchange) {
	var bad *problem // what the query is
	reply, header, err := g.direct.Call(x.r.Context(), x.route.rpc, x.metadata(), func(m proto.Message) error {
		if f := x.route.short.field; f != nil {
			m.ProtoReflect().Set(f, protoreflect.ValueOfString(x.route.value(x.params)))
		}
		if len(x.query) == 0 {
			return nil
		}
		err := runtime.PopulateQueryParameters(m, x.query, x.route.short.bound)
		if err != nil {
			bad = &problem{http: http.StatusBadRequest, reason: "BAD_REQUEST", message: plain(err.Error())}
		}
		return err
	})
	if bad != nil {
		g.fail(x, bad)
		return
	}
	passOn(x.w.Header(), header)
	if err != nil {
		g.fail(x, err)
		return
	}
	g.answerShort(x, reply)
}

func (g *gateway) answerShort(x *exchange, m proto.Message) {
	body, err := marshalJSON(m)
	if err != nil {
		g.fail(x, err)
		return
	}
	g.answerRPC(x, m, body)
}

// binding is a variable of a path: the field that it sets, and the segments
// that it takes.
type binding struct {
	field    string
	from, to int
}

// value is what the path gives to the one field that it sets.
func (r *route) value(params []string) string {
	b := r.bound[0]
	before := 0 // wild cards ahead of the variable
	for _, s := range r.segments[:b.from] {
		if s == "*" {
			before++
		}
	}
	params = params[before:]
	if b.to-b.from == 1 {
		return params[0]
	}
	var out strings.Builder
	for i, s := range r.segments[b.from:b.to] {
		if i > 0 {
			out.WriteByte('/')
		}
		if s == "*" {
			s, params = params[0], params[1:]
		}
		out.WriteString(s)
	}
	return out.String()
}
