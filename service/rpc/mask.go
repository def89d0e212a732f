package rpc

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// maskIn is the mask of an update: the paths given, or every field that is
// set where there are none, or all with "*". Fields that can't be written are
// left out of the latter two and refused in the first. nested are fields whose
// own fields are paths ("version.notes").
func maskIn(f *fields, m proto.Message, mask *fieldmaskpb.FieldMask, fixed, nested []string) []string {
	paths := mask.GetPaths()
	switch {
	case len(paths) == 0:
		return settable(m.ProtoReflect(), "", fixed, nested, true)
	case slices.Contains(paths, "*"):
		if len(paths) > 1 {
			f.add("update_mask", "\"*\" stands alone")
		}
		return settable(m.ProtoReflect(), "", fixed, nested, false)
	}
	all := settable(m.ProtoReflect(), "", fixed, nested, false)
	var out []string
	for _, p := range paths {
		switch {
		case slices.Contains(all, p):
			out = append(out, p)
		case slices.Contains(nested, p):
			for _, a := range all {
				if strings.HasPrefix(a, p+".") {
					out = append(out, a)
				}
			}
		default:
			f.add("update_mask", "%q can't be changed; paths are %s", p, strings.Join(all, ", "))
		}
	}
	return out
}

func settable(m protoreflect.Message, prefix string, fixed, nested []string, onlySet bool) []string {
	var out []string
	list := m.Descriptor().Fields()
	for i := range list.Len() {
		fd := list.Get(i)
		path := prefix + string(fd.Name())
		switch {
		case slices.Contains(fixed, path) || onlySet && !m.Has(fd):
		case slices.Contains(nested, path):
			out = append(out, settable(m.Get(fd).Message(), path+".", fixed, nested, onlySet)...)
		default:
			out = append(out, path)
		}
	}
	return out
}
