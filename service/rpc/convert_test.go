package rpc

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/google/go-cmp/cmp"
	"strings"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// The numbers of the domain's enums are those of the contract, and both have
// the same members.
func TestEnumsAgree(t *testing.T) {
	check := func(what, prefix string, contract map[int32]string, domain func(uint8) string) {
		for n, name := range contract {
			want := strings.TrimPrefix(name, prefix)
			if got := strings.ToUpper(domain(uint8(n))); got != want {
				t.Errorf("%s %d is %s in the contract, %s in the domain", what, n, want, got)
			}
		}
		beyond := domain(uint8(len(contract)))
		if !strings.HasPrefix(beyond, "UNKNOWN_") && strings.Trim(beyond, "0123456789") != "" {
			t.Errorf("%s: the domain has %s, the contract does not", what, beyond)
		}
	}
	check("kind", "KIND_", etalonv1.Kind_name, func(n uint8) string { return standard.Kind(n).String() })
	check("scheme", "VERSION_SCHEME_", etalonv1.VersionScheme_name, func(n uint8) string { return standard.Scheme(n).String() })
	check("status", "STATUS_", etalonv1.Status_name, func(n uint8) string { return standard.Status(n).String() })
	check("access", "ACCESS_", etalonv1.Access_name, func(n uint8) string { return standard.Access(n).String() })
	check("role", "FILE_ROLE_", etalonv1.FileRole_name, func(n uint8) string { return standard.Role(n).String() })
	check("relation", "RELATION_TYPE_", etalonv1.RelationType_name, func(n uint8) string { return standard.RelationType(n).String() })
	check("degree", "DEGREE_", etalonv1.Degree_name, func(n uint8) string { return standard.Degree(n).String() })
	check("step", "KIND_", etalonv1.Step_Kind_name, func(n uint8) string { return standard.StepKind(n).String() })
	check("change", "TYPE_", etalonv1.Change_Type_name, func(n uint8) string { return standard.ChangeType(n).String() })
	check("method", "METHOD_", etalonv1.ResolveResponse_Method_name, func(n uint8) string { return resolve.Method(n).String() })
}

func TestMask(t *testing.T) {
	draft := &etalonv1.Draft{Name: "n", Etag: "e", Version: &etalonv1.Version{Label: "l", Digest: "d"}, Files: []*etalonv1.File{{}}}
	tests := []struct {
		paths []string
		want  []string
	}{
		{nil, []string{"version.label", "files"}},
		{[]string{"version.notes", "files"}, []string{"version.notes", "files"}},
		{[]string{"*"}, []string{
			"version.label", "version.release_date", "version.effective_date", "version.sequence", "version.prerelease",
			"version.notes", "version.designations", "version.relations", "version.links", "version.members", "version.provenance", "files",
		}},
	}
	for _, tt := range tests {
		var f fields
		got := maskIn(&f, draft, &fieldmaskpb.FieldMask{Paths: tt.paths}, fixedDraft, nestedDraft)
		if d := cmp.Diff(tt.want, got); d != "" || f.err() != nil {
			t.Errorf("%v: %v (-want +got):\n%s", tt.paths, f.err(), d)
		}
	}
	for _, bad := range []string{"name", "version.digest", "nothing", "version.nothing", "etag"} {
		var f fields
		maskIn(&f, draft, &fieldmaskpb.FieldMask{Paths: []string{bad}}, fixedDraft, nestedDraft)
		if f.err() == nil {
			t.Errorf("mask %q was taken", bad)
		}
	}
}
