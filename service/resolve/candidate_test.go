package resolve_test

import (
	"errors"
	"testing"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// A standard with the same number and a publisher in common comes before one
// whose designation is only spelt more alike.
func TestCandidatesOfTheSameNumberComeFirst(t *testing.T) {
	c := resolvetest.New()
	for name, d := range map[string]string{
		"iso/iso-iec-27001":   "ISO/IEC 27001",
		"iso/iso-iec-27002":   "ISO/IEC 27002",
		"iso/iso-22301":       "ISO 22301",
		"iso/iso-2701":        "ISO 2701",
		"ietf/rfc27001":       "RFC 27001",
		"iso/iso-iec-20000-1": "ISO/IEC 20000-1",
		"iso/iso-iec-20000-2": "ISO/IEC 20000-2",
	} {
		c.AddStandard(standard.Standard{Name: named(name), Scheme: standard.Edition, Created: imported, Designations: []string{d}})
		add(c, name, [2]string{"2019", "2019"})
	}
	view := c.View()
	for text, want := range map[string]string{
		"ISO 27001":      "iso/iso-iec-27001",
		"IEC 20000-2":    "iso/iso-iec-20000-2",
		"BS ISO 20000-1": "iso/iso-iec-20000-1",
		"ISO/IEC 22301":  "iso/iso-22301",
		"ISO 27010":      "iso/iso-2701", // by spelling: nobody has the number
	} {
		_, err := resolve.Resolve(view, resolve.Query{Text: text, Now: now})
		var f *resolve.Failure
		if !errors.As(err, &f) || len(f.Candidates) == 0 {
			t.Errorf("%s: got %v, want candidates", text, err)
			continue
		}
		if got := f.Candidates[0].Name.String(); got != want {
			t.Errorf("%s: first candidate %s, want %s", text, got, want)
		}
	}
}
