package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// The types of JSON and YAML. Their fields are those of CheckDocumentResponse
// of the public contract, as its JSON mapping writes them: names in
// lowerCamelCase, 64-bit numbers as texts, enums by name, and nothing for what
// is empty.

type documentsMessage struct {
	Documents []responseMessage `json:"documents"`
	Notice    string            `json:"notice"`
}

type responseMessage struct {
	Document  *infoMessage      `json:"document,omitempty"`
	Citations []citationMessage `json:"citations,omitempty"`
	Facts     []factsMessage    `json:"facts,omitempty"`
	Findings  []findingMessage  `json:"findings,omitempty"`
	AsOf      string            `json:"asOf,omitempty"`
	Revision  string            `json:"revision,omitempty"`
}

type infoMessage struct {
	Name      string   `json:"name,omitempty"`
	Format    string   `json:"format,omitempty"`
	Notes     []string `json:"notes,omitempty"`
	TextBytes string   `json:"textBytes,omitempty"`
}

type citationMessage struct {
	Text        string        `json:"text,omitempty"`
	Designation string        `json:"designation,omitempty"`
	Place       *placeMessage `json:"place,omitempty"`
	StartOffset string        `json:"startOffset,omitempty"`
	EndOffset   string        `json:"endOffset,omitempty"`
	Confidence  string        `json:"confidence,omitempty"`
	Markup      bool          `json:"markup,omitempty"`
	Traits      []string      `json:"traits,omitempty"`
	Clause      string        `json:"clause,omitempty"`
}

type placeMessage struct {
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Page    int    `json:"page,omitempty"`
	Heading string `json:"heading,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Part    string `json:"part,omitempty"`
}

type findingMessage struct {
	Rule        string        `json:"rule,omitempty"`
	Severity    string        `json:"severity,omitempty"`
	Citation    *int          `json:"citation,omitempty"`
	Place       *placeMessage `json:"place,omitempty"`
	StartOffset string        `json:"startOffset,omitempty"`
	EndOffset   string        `json:"endOffset,omitempty"`
	Text        string        `json:"text,omitempty"`
	Message     string        `json:"message,omitempty"`
	Replacement string        `json:"replacement,omitempty"`
	Safe        bool          `json:"safe,omitempty"`
	Ref         string        `json:"ref,omitempty"`
	Link        string        `json:"link,omitempty"`
	Waived      string        `json:"waived,omitempty"`
}

type factsMessage struct {
	Designation    string             `json:"designation,omitempty"`
	Outcome        string             `json:"outcome,omitempty"`
	Message        string             `json:"message,omitempty"`
	Candidates     []candidateMessage `json:"candidates,omitempty"`
	Edition        *editionMessage    `json:"edition,omitempty"`
	Undated        bool               `json:"undated,omitempty"`
	Through        string             `json:"through,omitempty"`
	Method         string             `json:"method,omitempty"`
	Standard       string             `json:"standard,omitempty"`
	Title          string             `json:"title,omitempty"`
	Current        *editionMessage    `json:"current,omitempty"`
	Successors     []editionMessage   `json:"successors,omitempty"`
	Adoptions      []adoptionMessage  `json:"adoptions,omitempty"`
	Equivalents    []editionMessage   `json:"equivalents,omitempty"`
	Steps          []stepMessage      `json:"steps,omitempty"`
	RemovalDate    string             `json:"removalDate,omitempty"`
	Alternative    string             `json:"alternative,omitempty"`
	NextChangeTime string             `json:"nextChangeTime,omitempty"`
	Replacement    *editionMessage    `json:"replacement,omitempty"`
}

type candidateMessage struct {
	Ref   string  `json:"ref,omitempty"`
	Score float64 `json:"score,omitempty"`
	Why   string  `json:"why,omitempty"`
}

type editionMessage struct {
	Name        string `json:"name,omitempty"`
	Ref         string `json:"ref,omitempty"`
	Digest      string `json:"digest,omitempty"`
	Designation string `json:"designation,omitempty"`
	Title       string `json:"title,omitempty"`
	Label       string `json:"label,omitempty"`
	Status      string `json:"status,omitempty"`
	Since       string `json:"since,omitempty"`
	ReleaseDate string `json:"releaseDate,omitempty"`
	Prerelease  bool   `json:"prerelease,omitempty"`
	IRI         string `json:"iri,omitempty"`
}

type adoptionMessage struct {
	Target  string          `json:"target,omitempty"`
	Degree  string          `json:"degree,omitempty"`
	Edition *editionMessage `json:"edition,omitempty"`
	Current *editionMessage `json:"current,omitempty"`
}

type stepMessage struct {
	Status        string `json:"status,omitempty"`
	EffectiveDate string `json:"effectiveDate,omitempty"`
	Successor     string `json:"successor,omitempty"`
}

func message(rep check.Report) responseMessage {
	m := responseMessage{AsOf: rep.AsOf.String(), Revision: number(uint64(rep.Revision))}
	if d := rep.Document; d != nil {
		m.Document = &infoMessage{Name: d.Name, Format: string(d.Format), Notes: d.AllNotes(), TextBytes: number(len(d.Text))}
	}
	for _, c := range rep.Citations {
		m.Citations = append(m.Citations, citationMessage{
			Text: c.Text, Designation: c.ID.String(), Place: placeOf(c.Place),
			StartOffset: number(c.Start), EndOffset: number(c.End),
			Confidence: enumName("CONFIDENCE_", confidenceNames[:], int(c.Confidence)),
			Markup:     c.Markup, Traits: c.Traits.Names(), Clause: c.Clause,
		})
	}
	for _, f := range rep.Facts {
		m.Facts = append(m.Facts, factsOf(f))
	}
	for _, f := range rep.Findings {
		m.Findings = append(m.Findings, findingOf(f))
	}
	return m
}

func findingOf(f check.Finding) findingMessage {
	m := findingMessage{
		Rule: string(f.Rule), Severity: enumName("SEVERITY_", severityNames[:], int(f.Severity)), Place: placeOf(f.Place),
		StartOffset: number(f.Start), EndOffset: number(f.End), Text: f.Text, Message: f.Message,
		Replacement: f.Replacement, Safe: f.Safe, Ref: f.Ref, Link: f.Link, Waived: f.Waived,
	}
	if f.Citation >= 0 {
		m.Citation = &f.Citation
	}
	return m
}

func placeOf(p document.Place) *placeMessage {
	if p == (document.Place{}) {
		return nil
	}
	return &placeMessage{Line: p.Line, Column: p.Column, Page: p.Page, Heading: p.Heading, Cell: p.Cell, Part: p.Part}
}

func factsOf(f check.Facts) factsMessage {
	m := factsMessage{
		Designation: f.ID.String(), Outcome: enumName("OUTCOME_", outcomeNames[:], int(f.Outcome)), Message: f.Message,
		Edition: editionOrNone(f.Edition), Undated: f.Undated, Through: f.Through, Title: f.Title,
		Current: editionOrNone(f.Current), Successors: editions(f.Successors), Equivalents: editions(f.Equivalents),
		RemovalDate: f.Removal.String(), Alternative: f.Alternative, Replacement: editionOrNone(f.Replacement),
	}
	if f.Method != resolve.MethodUnspecified {
		m.Method = "METHOD_" + f.Method.String()
	}
	if !f.Standard.IsZero() {
		m.Standard = f.Standard.Resource()
	}
	for _, c := range f.Candidates {
		m.Candidates = append(m.Candidates, candidateMessage{Ref: c.Ref(), Score: c.Score, Why: c.Why})
	}
	for _, a := range f.Adoptions {
		adoption := adoptionMessage{Target: a.Target, Edition: editionOrNone(a.Edition), Current: editionOrNone(a.Current)}
		if a.Degree != 0 {
			adoption.Degree = "DEGREE_" + a.Degree.String()
		}
		m.Adoptions = append(m.Adoptions, adoption)
	}
	for _, s := range f.Steps {
		m.Steps = append(m.Steps, stepMessage{Status: statusName(s.Status), EffectiveDate: s.Effective.String(), Successor: s.Successor})
	}
	if !f.NextChange.IsZero() {
		m.NextChangeTime = f.NextChange.UTC().Format(time.RFC3339Nano)
	}
	return m
}

func editions(list []check.Edition) []editionMessage {
	var out []editionMessage
	for _, e := range list {
		out = append(out, *editionOrNone(&e))
	}
	return out
}

func editionOrNone(e *check.Edition) *editionMessage {
	if e == nil {
		return nil
	}
	m := &editionMessage{
		Designation: e.Designation, Title: e.Title, Label: e.Label, Status: statusName(e.Status),
		Since: e.Since.String(), ReleaseDate: e.Released.String(), Prerelease: e.Prerelease, IRI: e.IRI,
	}
	if !e.Ref.Name.IsZero() {
		m.Ref = e.Ref.String()
		if e.Ref.Selector.Kind == standard.SelectText {
			m.Name = standard.VersionResource(e.Ref.Name, standard.VersionID(e.Ref.Selector.Text))
		}
	}
	if !e.Digest.IsZero() {
		m.Digest = e.Digest.String()
	}
	return m
}

func statusName(s standard.Status) string {
	if s == standard.StatusUnspecified {
		return ""
	}
	return "STATUS_" + s.String()
}

// The names of our own enums, by value; the first says nothing.
var (
	confidenceNames = [...]string{"", "WEAK", "LIKELY", "CERTAIN"}
	severityNames   = [...]string{"", "INFO", "WARNING", "ERROR"}
	outcomeNames    = [...]string{"", "FOUND", "UNKNOWN_STANDARD", "UNKNOWN_EDITION", "NOT_YET_PUBLISHED", "NO_CURRENT_EDITION", "AMBIGUOUS", "FAMILY"}
)

func enumName(prefix string, names []string, i int) string {
	switch {
	case i == 0:
		return ""
	case i < len(names):
		return prefix + names[i]
	}
	return strings.TrimSuffix(prefix, "_") + strconv.Itoa(i)
}

// number is a 64-bit number as JSON has it; empty for 0.
func number[T int | uint64](n T) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(n), 10)
}
