package starter

import (
	"testing"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

func TestCatalogues(t *testing.T) {
	all, err := Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	standards, held := 0, map[string]string{}
	hold := func(what, d string) {
		key := designation.Key(d)
		if other, dup := held[key]; dup && other != what {
			t.Errorf("%s and %s both hold %q", other, what, d)
		}
		held[key] = what
	}
	for _, c := range all {
		for _, s := range c.Standards {
			standards++
			if s.Source == "" {
				t.Errorf("%s has no source", s.Record.Name)
			}
			for _, d := range s.Record.Designations {
				hold(s.Record.Name.String(), d)
			}
			for _, v := range s.Versions {
				if err := s.Record.Scheme.Check(v.Record.ID, v.Record.Sequence); err != nil {
					t.Errorf("%s: %v", s.Record.Name, err)
				}
				for _, d := range v.Record.Designations {
					hold(s.Record.Name.String()+"@"+string(v.Record.ID), d)
				}
			}
		}
	}
	if standards < 40 {
		t.Errorf("%d standards, want 40 or more", standards)
	}
	for _, d := range []string{"ISO 8601-1:2019", "RFC 3339", "WCAG 2.2", "OCDS 1.1.5", "BS EN ISO 19650-2:2018"} {
		if held[designation.Key(d)] == "" {
			t.Errorf("nobody holds %q", d)
		}
	}
	// Every successor and target that names a standard here must exist.
	known := map[string]bool{}
	for _, c := range all {
		for _, s := range c.Standards {
			known[s.Record.Name.String()] = true
		}
	}
	for _, c := range all {
		for _, s := range c.Standards {
			for _, v := range s.Versions {
				for _, st := range v.Steps {
					if r, err := standard.ParseRef(st.Successor); err == nil && !known[r.Name.String()] {
						t.Errorf("%s@%s: successor %s is unknown", s.Record.Name, v.Record.ID, st.Successor)
					} else if err != nil && st.Successor != "" && held[designation.Key(st.Successor)] == "" {
						t.Errorf("%s@%s: nobody holds the successor %q", s.Record.Name, v.Record.ID, st.Successor)
					}
				}
			}
		}
	}
}
