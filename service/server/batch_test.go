package server

import (
	"slices"
	"testing"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// TestBatchOfMistakes: each of many references without an answer has its
// reason, and a few of them have similar names: looking those up is dear.
func TestBatchOfMistakes(t *testing.T) {
	r := start(t, t.TempDir())
	r.authority("ocp")
	r.publish("authorities/ocp/standards/ocds", "1.0.0")
	eventually(t, "search is ready", func() bool {
		got, err := r.resolves.Search(t.Context(), &etalonv1.SearchRequest{Q: "ocds"})
		return err == nil && len(got.GetHits()) == 1
	})
	res, err := r.resolves.BatchResolve(t.Context(), &etalonv1.BatchResolveRequest{Refs: slices.Repeat([]string{"ocp/ocdss"}, 500)})
	must(t, res, err)
	suggested := 0
	for i, one := range res.GetResults() {
		f := one.GetFailure()
		if f.GetReason() != "STANDARD_NOT_FOUND" {
			t.Fatalf("reference %d: %v", i, one)
		}
		if len(f.GetCandidates()) > 0 {
			suggested++
		}
	}
	if suggested == 0 || suggested > 50 {
		t.Errorf("%d of %d failures have candidates, want a few", suggested, len(res.GetResults()))
	}
}
