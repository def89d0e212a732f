package lockfile

import (
	"cmp"
	"slices"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// FileName is what the file is called.
const FileName = "standards.lock"

// Format is the version of the file's form that is written and read.
const Format = 1

// File is a lock.
type File struct {
	// Registry is the id of the registry that was asked; empty: not known.
	Registry string
	// Revision is the registry's, of when an entry last changed. A registry
	// that moved on without touching an entry leaves it alone.
	Revision standard.Revision
	// AsOf is the day that the documents were read for, where the user gave
	// one; zero: the day of the locking.
	AsOf standard.Day
	// Entries are sorted by the key of their designation, one each.
	Entries []Entry
	// Unresolved are citations without an entry, sorted in the same way. They
	// are there only where the user asked for it.
	Unresolved []Unresolved
}

// Entry locks what one designation means. Its ID is in canonical form, without
// the language of a text and the level of conformance; its Outcome is not used.
type Entry struct {
	check.LockEntry
	// Files are the documents that cite it, sorted.
	Files []string
}

// Unresolved is a citation that means no version.
type Unresolved struct {
	ID      designation.ID
	Outcome check.Outcome // never OutcomeFound
	Files   []string      // the documents that cite it, sorted
	// Message says why in a sentence. It is not kept in the file.
	Message string
}

// Find is the entry of what id designates.
func (f *File) Find(id designation.ID) (Entry, bool) {
	key := id.Key()
	i, ok := slices.BinarySearchFunc(f.Entries, key, func(e Entry, key string) int {
		return cmp.Compare(e.ID.Key(), key)
	})
	if !ok {
		return Entry{}, false
	}
	return f.Entries[i], true
}

// Locked is what the rules ask of f.
func (f *File) Locked() check.Locked {
	g := f.clone()
	g.sort()
	return func(id designation.ID) (check.LockEntry, bool) {
		if e, ok := g.Find(id); ok {
			return e.LockEntry, true
		}
		if u, ok := g.FindUnresolved(id); ok {
			return check.LockEntry{ID: u.ID, Outcome: u.Outcome}, true
		}
		return check.LockEntry{}, false
	}
}

// FindUnresolved is the record that what id designates means no version.
func (f *File) FindUnresolved(id designation.ID) (Unresolved, bool) {
	key := id.Key()
	i, ok := slices.BinarySearchFunc(f.Unresolved, key, func(u Unresolved, key string) int {
		return cmp.Compare(u.ID.Key(), key)
	})
	if !ok {
		return Unresolved{}, false
	}
	return f.Unresolved[i], true
}

// Documents are the names of all documents that cite something locked, sorted.
func (f *File) Documents() []string {
	var names []string
	for _, e := range f.Entries {
		names = append(names, e.Files...)
	}
	for _, u := range f.Unresolved {
		names = append(names, u.Files...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Uncited are the entries that none of the checked documents cites any longer,
// those of unresolved citations (without Ref) last. An entry that is cited by a
// document that was not checked doesn't count. Documents are told by the names
// that they had when they were locked.
func (f *File) Uncited(reports []check.Report) []Entry {
	checked, cited := map[string]bool{}, map[string]bool{}
	for _, rep := range reports {
		checked[documentName(rep)] = true
		for _, c := range rep.Citations {
			cited[c.ID.Key()] = true
		}
	}
	entries := slices.Clone(f.Entries)
	for _, u := range f.Unresolved {
		entries = append(entries, Entry{LockEntry: check.LockEntry{ID: u.ID, Outcome: u.Outcome}, Files: u.Files})
	}
	var left []Entry
	for _, e := range entries {
		elsewhere := slices.ContainsFunc(e.Files, func(name string) bool { return !checked[name] })
		if !elsewhere && !cited[e.ID.Key()] {
			left = append(left, e)
		}
	}
	return left
}

// sort brings everything into the order in which it is written.
func (f *File) sort() {
	slices.SortFunc(f.Entries, func(a, b Entry) int { return cmp.Compare(a.ID.Key(), b.ID.Key()) })
	slices.SortFunc(f.Unresolved, func(a, b Unresolved) int { return cmp.Compare(a.ID.Key(), b.ID.Key()) })
	for i := range f.Entries {
		slices.Sort(f.Entries[i].Files)
		sortSteps(f.Entries[i].Steps)
	}
	for i := range f.Unresolved {
		slices.Sort(f.Unresolved[i].Files)
	}
}

func sortSteps(steps []check.Step) {
	slices.SortStableFunc(steps, func(a, b check.Step) int {
		return cmp.Or(a.Effective.Compare(b.Effective), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Successor, b.Successor))
	})
}
