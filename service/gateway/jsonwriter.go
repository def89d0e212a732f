package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A jsonPlan is how a type of message is written. protojson writes the same,
// white space aside, but looks everything up anew each time, which costs more
// than the rest of an answer does.
type jsonPlan struct {
	fields []jsonField
	plain  bool // a well-known type, which protojson writes
	time   bool // google.protobuf.Timestamp
}

type jsonField struct {
	field protoreflect.FieldDescriptor
	name  string // `"lowerCamel":`
	value jsonPlanFor
	list  bool
	table *jsonPlanFor // of a map's values; nil: no map
	key   protoreflect.Kind
}

// jsonPlanFor is how one value is written.
type jsonPlanFor struct {
	kind    protoreflect.Kind
	names   map[protoreflect.EnumNumber]string // of an enum, quoted
	message *jsonPlan
}

// jsonPlans are those of all messages that the contract answers with, and of
// what these hold. It is made once and then only read.
var jsonPlans = sync.OnceValue(func() map[protoreflect.MessageDescriptor]*jsonPlan {
	plans := map[protoreflect.MessageDescriptor]*jsonPlan{}
	for _, f := range contract {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				planOf(plans, methods.Get(j).Output())
			}
		}
	}
	return plans
})

func planOf(plans map[protoreflect.MessageDescriptor]*jsonPlan, m protoreflect.MessageDescriptor) *jsonPlan {
	if p := plans[m]; p != nil {
		return p
	}
	p := &jsonPlan{time: m.FullName() == "google.protobuf.Timestamp"}
	p.plain = !p.time && m.FullName().Parent() == "google.protobuf"
	plans[m] = p // before its fields: a message may hold its own kind
	if p.plain || p.time {
		return p
	}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		jf := jsonField{field: f, name: strconv.Quote(f.JSONName()) + ":", list: f.IsList()}
		if f.IsMap() {
			value := valuePlan(plans, f.MapValue())
			jf.table, jf.key = &value, f.MapKey().Kind()
		} else {
			jf.value = valuePlan(plans, f)
		}
		p.fields = append(p.fields, jf)
	}
	return p
}

func valuePlan(plans map[protoreflect.MessageDescriptor]*jsonPlan, f protoreflect.FieldDescriptor) jsonPlanFor {
	v := jsonPlanFor{kind: f.Kind()}
	if e := f.Enum(); e != nil {
		v.names = make(map[protoreflect.EnumNumber]string, e.Values().Len())
		for i := range e.Values().Len() {
			value := e.Values().Get(i)
			if _, twice := v.names[value.Number()]; !twice {
				v.names[value.Number()] = strconv.Quote(string(value.Name()))
			}
		}
	}
	if f.Message() != nil {
		v.message = planOf(plans, f.Message())
	}
	return v
}

// marshalJSON is the JSON of a message: compact, and the same bytes for the
// same message. An error: a text is not UTF-8.
func marshalJSON(m proto.Message) ([]byte, error) {
	r := m.ProtoReflect()
	p := jsonPlans()[r.Descriptor()]
	if p == nil {
		return marshalPlain(m)
	}
	return p.append(make([]byte, 0, 1024), r)
}

// marshalPlain leaves it to protojson, which varies its white space on
// purpose, so that is taken out.
func marshalPlain(m proto.Message) ([]byte, error) {
	loose, err := protojson.Marshal(m)
	if err != nil {
		return nil, err
	}
	return compact(loose)
}

func (p *jsonPlan) append(b []byte, m protoreflect.Message) ([]byte, error) {
	switch {
	case p.time:
		return appendTime(b, m)
	case p.plain:
		part, err := marshalPlain(m.Interface())
		return append(b, part...), err
	}
	b = append(b, '{')
	start := len(b)
	for i := range p.fields {
		f := &p.fields[i]
		if !m.Has(f.field) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, f.name...)
		var err error
		if b, err = f.append(b, m.Get(f.field)); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func (f *jsonField) append(b []byte, v protoreflect.Value) ([]byte, error) {
	switch {
	case f.table != nil:
		return f.appendMap(b, v.Map())
	case !f.list:
		return f.value.append(b, v)
	}
	var err error
	l := v.List()
	b = append(b, '[')
	for i := range l.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = f.value.append(b, l.Get(i)); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendMap writes a map in the order of its keys; numbers go by size.
func (f *jsonField) appendMap(b []byte, m protoreflect.Map) ([]byte, error) {
	keys := make([]protoreflect.MapKey, 0, m.Len())
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, func(x, y protoreflect.MapKey) int {
		if f.key == protoreflect.StringKind {
			return strings.Compare(x.String(), y.String())
		}
		if len(x.String()) != len(y.String()) {
			return len(x.String()) - len(y.String())
		}
		return strings.Compare(x.String(), y.String())
	})
	var err error
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendString(b, k.String()); err != nil {
			return nil, err
		}
		if b, err = f.table.append(append(b, ':'), m.Get(k)); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func (p *jsonPlanFor) append(b []byte, v protoreflect.Value) ([]byte, error) {
	switch p.kind {
	case protoreflect.StringKind:
		return appendString(b, v.String())
	case protoreflect.BoolKind:
		return strconv.AppendBool(b, v.Bool()), nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return append(strconv.AppendInt(append(b, '"'), v.Int(), 10), '"'), nil
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return append(strconv.AppendUint(append(b, '"'), v.Uint(), 10), '"'), nil
	case protoreflect.EnumKind:
		if name, ok := p.names[v.Enum()]; ok {
			return append(b, name...), nil
		}
		return strconv.AppendInt(b, int64(v.Enum()), 10), nil
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return p.message.append(b, v.Message())
	case protoreflect.BytesKind:
		b = append(b, '"')
		return append(base64.StdEncoding.AppendEncode(b, v.Bytes()), '"'), nil
	case protoreflect.FloatKind:
		return appendFloat(b, v.Float(), true)
	case protoreflect.DoubleKind:
		return appendFloat(b, v.Float(), false)
	}
	return nil, errors.New("gateway: no JSON for a " + p.kind.String())
}

// appendFloat writes a number as encoding/json does, and the three that JSON
// has no number for by name.
func appendFloat(b []byte, n float64, short bool) ([]byte, error) {
	switch {
	case math.IsNaN(n):
		return append(b, `"NaN"`...), nil
	case math.IsInf(n, 1):
		return append(b, `"Infinity"`...), nil
	case math.IsInf(n, -1):
		return append(b, `"-Infinity"`...), nil
	}
	var v any = n
	if short {
		v = float32(n)
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

// appendTime writes a moment in UTC with 0, 3, 6 or 9 digits of a second.
func appendTime(b []byte, m protoreflect.Message) ([]byte, error) {
	ts, ok := m.Interface().(*timestamppb.Timestamp)
	if !ok || ts.CheckValid() != nil {
		return nil, errors.New("gateway: a timestamp lies outside of the years 1 to 9999")
	}
	b = ts.AsTime().AppendFormat(append(b, '"'), time.RFC3339) // ends in "Z"
	if n := ts.GetNanos(); n != 0 {
		b = append(b[:len(b)-1], '.')
		digits, scale := 9, int32(100_000_000)
		switch {
		case n%1_000_000 == 0:
			digits = 3
		case n%1000 == 0:
			digits = 6
		}
		for ; digits > 0; digits, scale = digits-1, scale/10 {
			b = append(b, '0'+byte(n/scale%10))
		}
		b = append(b, 'Z')
	}
	return append(b, '"'), nil
}

const hexDigits = "0123456789abcdef"

func appendString(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, errors.New("gateway: a text is not UTF-8")
	}
	b = append(b, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[done:]...), '"'), nil
}
