package lockfile

import (
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// Make locks what the documents of the reports cite; registryID may be empty.
// Citations that mean no version are given apart, for the caller to refuse, or
// to record in File.Unresolved. Those that are not meant to mean one
// (check.Family) are recorded there already; those that may be something else
// than a citation (citation.Weak) are left out. Where reports are of
// several revisions, the newest counts.
func Make(reports []check.Report, registryID string) (*File, []Unresolved) {
	reports = slices.Clone(reports)
	slices.SortStableFunc(reports, func(a, b check.Report) int {
		return compareRevisions(b, a)
	})
	m := maker{entries: map[string]*Entry{}, unresolved: map[string]*Unresolved{}}
	for _, rep := range reports {
		m.add(rep)
	}
	f := &File{Registry: oneLine(registryID)}
	if len(reports) > 0 {
		f.Revision = reports[0].Revision
	}
	for _, e := range m.entries {
		f.Entries = append(f.Entries, *e)
	}
	open := &File{}
	for _, u := range m.unresolved {
		if u.Outcome == check.Family {
			f.Unresolved = append(f.Unresolved, *u)
		} else {
			open.Unresolved = append(open.Unresolved, *u)
		}
	}
	f.sort()
	open.sort()
	return f, open.Unresolved
}

func compareRevisions(a, b check.Report) int {
	switch {
	case a.Revision < b.Revision:
		return -1
	case a.Revision > b.Revision:
		return 1
	}
	return 0
}

// maker collects what is cited, by key.
type maker struct {
	entries    map[string]*Entry
	unresolved map[string]*Unresolved
}

func (m *maker) add(rep check.Report) {
	name := documentName(rep)
	for i, c := range rep.Citations {
		facts := rep.Facts[rep.FactsOf[i]]
		id := locked(c.ID)
		key := id.Key()
		switch e, u := m.entries[key], m.unresolved[key]; {
		case e != nil:
			e.ID, e.Files = plainer(e.ID, id), with(e.Files, name)
		case u != nil && c.Confidence > citation.Weak:
			u.ID, u.Files = plainer(u.ID, id), with(u.Files, name)
		case u != nil:
		case facts.Outcome == check.OutcomeFound && facts.Edition != nil:
			e := entryOf(id, facts)
			e.Files = []string{name}
			m.entries[key] = &e
		case c.Confidence > citation.Weak:
			m.unresolved[key] = &Unresolved{ID: id, Outcome: facts.Outcome, Message: facts.Message, Files: []string{name}}
		}
	}
}

func entryOf(id designation.ID, facts check.Facts) Entry {
	e := Entry{LockEntry: check.LockEntry{
		ID: id, Ref: facts.Edition.Ref, Digest: facts.Edition.Digest,
		Through: oneLine(facts.Through), Undated: facts.Undated, Prerelease: facts.Edition.Prerelease,
		Status: facts.Edition.Status, Since: facts.Edition.Since,
		Removal: facts.Removal, Alternative: oneLine(facts.Alternative),
	}}
	e.Ref.Prefixed = false
	if d := oneLine(facts.Edition.Designation); designation.Key(d) != id.Key() {
		e.Edition = d
	}
	switch {
	case facts.Replacement != nil && e.Status >= standard.Superseded:
		e.Successor = oneLine(nameOf(*facts.Replacement))
	case len(facts.Successors) == 1: // several share its matter: none replaces it
		e.Successor = oneLine(nameOf(facts.Successors[0]))
	}
	for _, s := range facts.Steps {
		if s.Effective.IsZero() {
			continue // takes effect already
		}
		s.Successor = oneLine(s.Successor)
		e.Steps = append(e.Steps, s)
	}
	return e
}

// nameOf is how people call an edition.
func nameOf(e check.Edition) string {
	if e.Designation != "" {
		return e.Designation
	}
	return e.Ref.String()
}

// locked is id without what does not tell one standard from another.
func locked(id designation.ID) designation.ID {
	id.Language, id.Level = "", ""
	return id
}

// plainer picks one of two spellings of the same thing, always the same one.
func plainer(a, b designation.ID) designation.ID {
	s, t := a.String(), b.String()
	if len(t) < len(s) || len(t) == len(s) && t < s {
		return b
	}
	return a
}

func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// documentName is how the file calls the document of a report.
func documentName(rep check.Report) string {
	if rep.Document == nil {
		return "-"
	}
	if name := oneLine(rep.Document.Name); name != "" {
		return name
	}
	return "-"
}

// oneLine is s as the file keeps texts: valid UTF-8, no control characters, no
// space at the ends.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}
