package lockfile

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/standard"
)

// Bytes is the file's text. The same content always gives the same bytes.
func (f *File) Bytes() []byte {
	g := f.clone()
	g.sort()
	w := &writer{}
	w.line("# The standards that the documents here cite, and the versions that are meant.")
	w.line("# Written by \"etalon lock\"; see docs/standards-lock.md of Etalon.")
	w.line("lock: %d", Format)
	w.text("registry", g.Registry)
	w.line("revision: %d", g.Revision)
	w.text("as-of", g.AsOf.String())
	w.line("")
	if len(g.Entries) == 0 {
		w.line("standards: []")
	} else {
		w.line("standards:")
	}
	for _, e := range g.Entries {
		w.entry(e)
	}
	if len(g.Unresolved) > 0 {
		w.line("")
		w.line("unresolved:")
	}
	for _, u := range g.Unresolved {
		w.line("")
		w.line("- cites: %s", quote(u.ID.String()))
		w.line("  outcome: %s", outcomeText(u.Outcome))
		w.list("files", u.Files)
	}
	return []byte(w.String())
}

func (f *File) clone() *File {
	g := *f
	g.Entries, g.Unresolved = nil, nil
	for _, e := range f.Entries {
		e.Steps = append([]check.Step(nil), e.Steps...)
		e.Files = append([]string(nil), e.Files...)
		g.Entries = append(g.Entries, e)
	}
	for _, u := range f.Unresolved {
		u.Files = append([]string(nil), u.Files...)
		g.Unresolved = append(g.Unresolved, u)
	}
	return &g
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// text writes a field, unless it is empty.
func (w *writer) text(name, value string) {
	if value != "" {
		w.line("%s: %s", name, quote(value))
	}
}

func (w *writer) list(name string, values []string) {
	if len(values) == 0 {
		return
	}
	w.line("  %s:", name)
	for _, v := range values {
		w.line("  - %s", quote(v))
	}
}

func (w *writer) entry(e Entry) {
	w.line("")
	w.line("- cites: %s", quote(e.ID.String()))
	w.line("  ref: %s", e.Ref)
	w.line("  digest: %s", e.Digest)
	w.text("  edition", e.Edition)
	w.text("  through", e.Through)
	if e.Undated {
		w.line("  undated: true")
	}
	if e.Prerelease {
		w.line("  prerelease: true")
	}
	if e.Status != standard.StatusUnspecified {
		w.line("  status: %s", e.Status)
	}
	w.text("  since", e.Since.String())
	w.text("  successor", e.Successor)
	w.text("  removal", e.Removal.String())
	w.text("  alternative", e.Alternative)
	if len(e.Steps) > 0 {
		w.line("  next:")
	}
	for _, s := range e.Steps {
		w.line("  - %s", stepText(s))
	}
	w.list("files", e.Files)
}

// stepText is a step on one line, so that two branches that add steps merge.
func stepText(s check.Step) string {
	text := fmt.Sprintf("{status: %s, effective: %s", s.Status, quote(s.Effective.String()))
	if s.Successor != "" {
		text += ", successor: " + quote(s.Successor)
	}
	return text + "}"
}

// quote writes a text between double quotes. All that YAML would not take as
// it stands, or that a reader could not see, is escaped.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case hidden(r) && r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
