package gateway

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"
)

func sorted(in []string) []string {
	slices.Sort(in)
	return in
}

// instance is an empty message of a type that is linked in.
func instance(d protoreflect.MessageDescriptor) protoreflect.Message {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
	if err != nil {
		panic(err)
	}
	return kind.New()
}

// fill sets some fields of a message at random, and of what it holds.
func fill(t *rapid.T, m protoreflect.Message, depth int) {
	if ts, ok := m.Interface().(*timestamppb.Timestamp); ok {
		ts.Seconds = rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds")
		ts.Nanos = rapid.SampledFrom([]int32{0, 1, 1000, 1_000_000, 120_000_000, 999_999_999}).Draw(t, "nanos")
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !rapid.Bool().Draw(t, string(f.Name())) {
			continue
		}
		switch {
		case f.IsMap():
			values := m.Mutable(f).Map()
			for range rapid.IntRange(0, 3).Draw(t, "entries") {
				k := scalar(t, f.MapKey()).MapKey()
				if f.MapValue().Message() == nil {
					values.Set(k, scalar(t, f.MapValue()))
				}
			}
		case f.IsList():
			list := m.Mutable(f).List()
			for range rapid.IntRange(0, 3).Draw(t, "items") {
				if f.Message() == nil {
					list.Append(scalar(t, f))
				} else if depth > 0 {
					item := list.NewElement()
					fill(t, item.Message(), depth-1)
					list.Append(item)
				}
			}
		case f.Message() != nil:
			if depth > 0 {
				fill(t, m.Mutable(f).Message(), depth-1)
			}
		default:
			m.Set(f, scalar(t, f))
		}
	}
}

func scalar(t *rapid.T, f protoreflect.FieldDescriptor) protoreflect.Value {
	label := string(f.Name())
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(rapid.String().Draw(t, label))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, label))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, label))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64().Draw(t, label))
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64(rapid.Uint64().Draw(t, label))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(rapid.Int32Range(0, 40).Draw(t, label)))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(rapid.SliceOf(rapid.Byte()).Draw(t, label))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(rapid.Float64().Draw(t, label))
	}
	t.Fatalf("no values for a %s", f.Kind())
	return protoreflect.Value{}
}
