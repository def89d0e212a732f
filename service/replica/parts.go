package replica

import (
	"iter"
	"time"

	"github.com/etalon-registry/etalon/service/replica/search"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// What of a record is searched for. Withdrawn versions stay findable.

func standardPart(r *standard.Standard) search.Part {
	p := search.Part{Name: r.Name, Kind: r.Kind, Sectors: r.Sectors}
	p.Texts = append(p.Texts, search.Text{Field: search.FieldName, Value: r.Name.String()})
	p.Texts = addTexts(p.Texts, search.FieldTitle, r.Titles)
	p.Texts = addTexts(p.Texts, search.FieldDescription, r.Descriptions)
	p.Texts = addStrings(p.Texts, search.FieldDesignation, r.Designations)
	return p
}

func versionPart(v *resolve.Version) search.Part {
	r := v.Record
	if len(v.Steps) > 0 {
		steps := make([]standard.Step, len(v.Steps))
		for i, s := range v.Steps {
			steps[i] = *s
		}
		amended := standard.Amended(r, steps, time.Time{})
		r = &amended
	}
	p := search.Part{Name: r.Name, Version: r.ID, Members: r.Members}
	if r.Label != "" {
		p.Texts = append(p.Texts, search.Text{Field: search.FieldLabel, Value: r.Label})
	}
	p.Texts = addStrings(p.Texts, search.FieldDesignation, r.Designations)
	p.Texts = addTexts(p.Texts, search.FieldNote, r.Notes)
	return p
}

// aliasPart is the part of a designation's aliases that stands with a
// standard. Claims of the owner are in the records of what they are on.
func aliasPart(d *standard.Designation, n standard.Name) search.Part {
	p := search.Part{Name: n, Alias: d.Key}
	for i := range d.Claims {
		if c := &d.Claims[i]; !c.Owner && c.Name == n && c.Retracted.IsZero() {
			p.Texts = append(p.Texts, search.Text{Field: search.FieldDesignation, Value: c.Text})
		}
	}
	return p
}

func addTexts(out []search.Text, f search.Field, texts []standard.Text) []search.Text {
	for _, t := range texts {
		out = append(out, search.Text{Field: f, Value: t.Value})
	}
	return out
}

func addStrings(out []search.Text, f search.Field, texts []string) []search.Text {
	for _, t := range texts {
		out = append(out, search.Text{Field: f, Value: t})
	}
	return out
}

// allParts gives every part of a snapshot.
func allParts(s *Snapshot) iter.Seq[search.Part] {
	return func(yield func(search.Part) bool) {
		for st := range s.Standards("") {
			if !yield(standardPart(st.Record)) {
				return
			}
			for _, v := range st.Versions {
				if p := versionPart(v); len(p.Texts)+len(p.Members) > 0 && !yield(p) {
					return
				}
			}
		}
		for _, d := range s.designations.all() {
			for n := range aliased(d) {
				if s.Standard(n) != nil && !yield(aliasPart(d, n)) {
					return
				}
			}
		}
	}
}

// aliased gives the standards that a designation is or was an alias of, each
// once.
func aliased(d *standard.Designation) iter.Seq[standard.Name] {
	return func(yield func(standard.Name) bool) {
		for i := range d.Claims {
			c := &d.Claims[i]
			seen := c.Owner
			for j := range d.Claims[:i] {
				seen = seen || !d.Claims[j].Owner && d.Claims[j].Name == c.Name
			}
			if !seen && !yield(c.Name) {
				return
			}
		}
	}
}

// changedParts gives the parts that the records touch, as they stand in s.
func changedParts(s *Snapshot, records []store.Record) []search.Part {
	var out []search.Part
	version := func(n standard.Name, id standard.VersionID) {
		if st := s.Standard(n); st != nil {
			if v := st.Find(id); v != nil {
				out = append(out, versionPart(v))
			}
		}
	}
	for _, r := range records {
		switch r := r.(type) {
		case *standard.Standard:
			if st := s.Standard(r.Name); st != nil {
				out = append(out, standardPart(st.Record))
			}
		case *standard.Version:
			version(r.Name, r.ID)
		case *standard.Step:
			if r.Kind == standard.StepCorrect {
				version(r.Name, r.Version)
			}
		case *standard.Designation:
			for n := range aliased(r) {
				if s.Standard(n) != nil {
					out = append(out, aliasPart(r, n))
				}
			}
		}
	}
	return out
}
