package lockfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/check"
)

// Update is the lock to write after locking anew: fresh, with the revision of
// old where all that was locked is still the same. The documents that cite an
// entry are no part of what is locked. old may be nil.
func Update(old, fresh *File) *File {
	out := fresh.clone()
	out.sort()
	if old == nil || old.Registry != out.Registry {
		return out
	}
	prev := old.clone()
	prev.sort()
	if slices.EqualFunc(prev.Entries, out.Entries, Entry.locksSame) && slices.EqualFunc(prev.Unresolved, out.Unresolved, Unresolved.same) {
		out.Revision = prev.Revision
	}
	return out
}

// locksSame says whether both say the same of the same designation. The files
// don't matter.
func (e Entry) locksSame(o Entry) bool {
	return e.ID.Key() == o.ID.Key() && e.Ref == o.Ref && e.Digest == o.Digest &&
		e.Edition == o.Edition && e.Through == o.Through && e.Undated == o.Undated && e.Prerelease == o.Prerelease &&
		e.Status == o.Status && e.Since == o.Since && e.Successor == o.Successor &&
		e.Removal == o.Removal && e.Alternative == o.Alternative && slices.Equal(e.Steps, o.Steps)
}

func (u Unresolved) same(o Unresolved) bool {
	return u.ID.Key() == o.ID.Key() && u.Outcome == o.Outcome
}

// Change is an entry that came, went or says something else.
type Change struct {
	Old, New *Entry // nil: it came, it went
}

// Diff lists what fresh locks otherwise than old, sorted by designation. The
// files that cite an entry don't matter. old may be nil.
func Diff(old, fresh *File) []Change {
	if old == nil {
		old = &File{}
	}
	a, b := old.clone(), fresh.clone()
	a.sort()
	b.sort()
	var changes []Change
	for i, j := 0, 0; i < len(a.Entries) || j < len(b.Entries); {
		switch order(a.Entries, i, b.Entries, j) {
		case -1:
			changes = append(changes, Change{Old: &a.Entries[i]})
			i++
		case 1:
			changes = append(changes, Change{New: &b.Entries[j]})
			j++
		default:
			if !a.Entries[i].locksSame(b.Entries[j]) {
				changes = append(changes, Change{Old: &a.Entries[i], New: &b.Entries[j]})
			}
			i++
			j++
		}
	}
	return changes
}

// order compares a[i] with b[j]; what is beyond the end comes last.
func order(a []Entry, i int, b []Entry, j int) int {
	switch {
	case i == len(a):
		return 1
	case j == len(b):
		return -1
	}
	return cmp.Compare(a[i].ID.Key(), b[j].ID.Key())
}

// String is the change in one line: "+" came, "-" went, "~" changed.
func (c Change) String() string {
	switch {
	case c.Old == nil && c.New == nil:
		return ""
	case c.Old == nil:
		return fmt.Sprintf("+ %s: %s", c.New.ID, c.New.Ref)
	case c.New == nil:
		return fmt.Sprintf("- %s: %s", c.Old.ID, c.Old.Ref)
	}
	var parts []string
	add := func(what, before, after string) {
		if before != after {
			parts = append(parts, strings.TrimSpace(what+" "+orNone(before)+" -> "+orNone(after)))
		}
	}
	o, n := c.Old, c.New
	add("", o.Ref.String(), n.Ref.String())
	add("digest", o.Digest.String(), n.Digest.String())
	add("edition", o.Edition, n.Edition)
	add("found through", o.Through, n.Through)
	add("undated", yes(o.Undated), yes(n.Undated))
	add("prerelease", yes(o.Prerelease), yes(n.Prerelease))
	add("status", o.Status.String(), n.Status.String())
	add("since", o.Since.String(), n.Since.String())
	add("successor", o.Successor, n.Successor)
	add("removal", o.Removal.String(), n.Removal.String())
	add("alternative", o.Alternative, n.Alternative)
	add("next", stepsText(o.Steps), stepsText(n.Steps))
	return fmt.Sprintf("~ %s: %s", n.ID, strings.Join(parts, "; "))
}

func stepsText(steps []check.Step) string {
	texts := make([]string, len(steps))
	for i, s := range steps {
		texts[i] = s.Status.String() + " on " + s.Effective.String()
		if s.Successor != "" {
			texts[i] += " by " + s.Successor
		}
	}
	return strings.Join(texts, ", ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
