package bench_test

import (
	"testing"
	"time"
)

// Every rig runs once on little data, so that a benchmark that no longer fits
// the server is seen at once. How fast anything was does not matter here.

const moment = 20 * time.Millisecond

// positive fails the test if a turn gave no figure.
func positive(t *testing.T, s, base []sample) {
	t.Helper()
	for _, side := range [][]sample{s, base} {
		if len(side) != 1 {
			t.Fatalf("%d rounds, want 1", len(side))
		}
		for name, x := range side[0] {
			if !(x > 0) {
				t.Errorf("%s is %v", name, x)
			}
		}
	}
}

func TestResolveRig(t *testing.T) {
	s, base := newResolveRig(t, little, true, "--otlp-endpoint", collector(t)).compare(t, 1, moment)
	positive(t, s, base)
}

func TestBatchRig(t *testing.T) {
	s, base := newBatchRig(t, little).compare(t, 1, moment)
	positive(t, s, base)
}

func TestListRig(t *testing.T) {
	s, base := newListRig(t, little).compare(t, 1, moment)
	positive(t, s, base)
}

func TestSearchRig(t *testing.T) {
	s, base := newSearchRig(t, little).compare(t, 1, 20)
	positive(t, s, base)
}

func TestPublishRig(t *testing.T) {
	r := newPublishRig(t, 1, false)
	s, base := r.compareOne(1, 2)
	positive(t, s, base)
	s, base = r.compareMany(1, 64, 2)
	positive(t, s, base)
}

func TestStartRig(t *testing.T) {
	s, base := newStartRig(t, little).compare(1)
	positive(t, s, base)
	// Authorities, standards, and for each version its record and claim; the
	// first version of each standard has a step.
	if want := float64(authorities + 2*little.Standards + 2*little.total()); base[0]["keys"] != want {
		t.Errorf("the scan read %v keys, want %v", base[0]["keys"], want)
	}
}

func TestWatchRig(t *testing.T) {
	s, base := newWatchRig(t, 20, 2).compare(1, 2)
	positive(t, s, base)
}

func TestJSONRig(t *testing.T) {
	r := newJSONRig(t, little)
	for _, ask := range []asking{warm, notModified, firstTime} {
		s, base := r.compare(ask, 1, time.Second)
		positive(t, s, base)
	}
}

func TestDocumentRig(t *testing.T) {
	s := newDocumentRig(t, 3, 10).check(t, 1)
	positive(t, s, s)
}
