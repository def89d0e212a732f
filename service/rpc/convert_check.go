package rpc

import (
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

func documentOut(d *document.Document) *etalonv1.DocumentInfo {
	return &etalonv1.DocumentInfo{Name: d.Name, Format: string(d.Format), Notes: d.AllNotes(), TextBytes: int64(len(d.Text))}
}

func citationOut(c *check.Citation) *etalonv1.Citation {
	return &etalonv1.Citation{
		Text:        c.Text,
		Designation: c.ID.String(),
		Place:       placeOut(c.Place),
		StartOffset: int64(c.Start),
		EndOffset:   int64(c.End),
		Confidence:  etalonv1.Citation_Confidence(c.Confidence),
		Markup:      c.Markup,
		Traits:      c.Traits.Names(),
		Clause:      c.Clause,
	}
}

func citationsOut(d *document.Document, found []citation.Citation, markup bool) []*etalonv1.Citation {
	var out []*etalonv1.Citation
	for _, c := range found {
		if c.Markup && !markup {
			continue
		}
		out = append(out, citationOut(&check.Citation{Citation: c, Place: d.Place(c.Start)}))
	}
	return out
}

func placeOut(p document.Place) *etalonv1.Place {
	return &etalonv1.Place{
		Line: int32(p.Line), Column: int32(p.Column), Page: int32(p.Page), //nolint:gosec // below the limits of documents
		Heading: p.Heading, Cell: p.Cell, Part: p.Part,
	}
}

func findingOut(f *check.Finding) *etalonv1.Finding {
	out := &etalonv1.Finding{
		Rule:        string(f.Rule),
		Severity:    etalonv1.Finding_Severity(f.Severity),
		Place:       placeOut(f.Place),
		StartOffset: int64(f.Start),
		EndOffset:   int64(f.End),
		Text:        f.Text,
		Message:     f.Message,
		Replacement: f.Replacement,
		Safe:        f.Safe,
		Ref:         f.Ref,
		Link:        f.Link,
		Waived:      f.Waived,
	}
	if f.Citation >= 0 {
		n := int32(f.Citation) //nolint:gosec // below the limits of documents
		out.Citation = &n
	}
	return out
}

// factsOut shows what is known of a designation.
func factsOut(f *check.Facts) *etalonv1.CitationFacts {
	out := &etalonv1.CitationFacts{
		Designation:    f.ID.String(),
		Outcome:        etalonv1.CitationFacts_Outcome(f.Outcome),
		Message:        f.Message,
		Candidates:     candidatesOut(f.Candidates),
		Edition:        editionOut(f.Edition),
		Undated:        f.Undated,
		Through:        f.Through,
		Method:         etalonv1.ResolveResponse_Method(f.Method),
		Title:          f.Title,
		Current:        editionOut(f.Current),
		Replacement:    editionOut(f.Replacement),
		RemovalDate:    f.Removal.String(),
		Alternative:    f.Alternative,
		NextChangeTime: stamp(f.NextChange),
	}
	if !f.Standard.IsZero() {
		out.Standard = f.Standard.Resource()
	}
	for i := range f.Successors {
		out.Successors = append(out.Successors, editionOut(&f.Successors[i]))
	}
	for i := range f.Equivalents {
		out.Equivalents = append(out.Equivalents, editionOut(&f.Equivalents[i]))
	}
	for _, a := range f.Adoptions {
		out.Adoptions = append(out.Adoptions, &etalonv1.Adoption{
			Target: a.Target, Degree: etalonv1.Degree(a.Degree), Edition: editionOut(a.Edition), Current: editionOut(a.Current),
		})
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, &etalonv1.FutureStep{
			Status: etalonv1.Status(s.Status), EffectiveDate: s.Effective.String(), Successor: s.Successor,
		})
	}
	return out
}

func editionOut(e *check.Edition) *etalonv1.Edition {
	if e == nil {
		return nil
	}
	return &etalonv1.Edition{
		Name:        standard.VersionResource(e.Ref.Name, standard.VersionID(e.Ref.Selector.Text)),
		Ref:         e.Ref.String(),
		Digest:      e.Digest.String(),
		Designation: e.Designation,
		Title:       e.Title,
		Label:       e.Label,
		Status:      etalonv1.Status(e.Status),
		Since:       e.Since.String(),
		ReleaseDate: e.Released.String(),
		Prerelease:  e.Prerelease,
		Iri:         e.IRI,
	}
}
