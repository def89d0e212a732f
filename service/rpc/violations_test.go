package rpc

import (
	"fmt"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	"github.com/etalon-registry/etalon/service/registry"
)

// TestManyViolationsFitTrailers: an answer that names bad fields stays small
// however many there are, and says how many it leaves out.
func TestManyViolationsFitTrailers(t *testing.T) {
	for _, test := range []struct {
		n, told int
	}{{1, 1}, {mostViolations, mostViolations}, {4000, mostViolations + 1}} {
		err := &registry.InvalidError{}
		for i := range test.n {
			err.Violations = append(err.Violations, registry.Violation{Field: fmt.Sprintf("files[%d].path", i), Problem: "is no path"})
		}
		st, _ := toStatus(err, "id")
		var bad *errdetails.BadRequest
		for _, d := range st.Details() {
			if b, ok := d.(*errdetails.BadRequest); ok {
				bad = b
			}
		}
		if got := len(bad.GetFieldViolations()); got != test.told {
			t.Errorf("%d violations: %d are told, want %d", test.n, got, test.told)
		}
		if size := proto.Size(st.Proto()); size > 32<<10 {
			t.Errorf("%d violations: the status has %d bytes", test.n, size)
		}
	}
}
