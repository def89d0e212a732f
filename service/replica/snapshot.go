package replica

import (
	"cmp"
	"strings"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Snapshot is the whole catalogue at one revision. It never changes, and all
// its methods are safe for concurrent use and take no lock. What it returns
// is shared and must not be changed.
type Snapshot struct {
	head         store.Head
	authorities  tree[standard.AuthorityID, *standard.Authority]
	prefixes     tree[string, []standard.AuthorityID] // owners, ascending; the first counts
	spaces       tree[standard.AuthorityID, space]
	drafts       tree[string, *standard.DraftVersion] // by draftKey
	designations tree[string, *standard.Designation]
	edges        tree[place, edge]
	counts       Counts // standards, versions and steps; the rest is in the trees
	tail         tail
	near         nearby
	part         string
}

// space holds the standards of one authority by the second part of their name.
type space = tree[string, *resolve.Standard]

// nearby finds standards by inexact text. It may be ahead of the snapshot.
type nearby interface {
	Similar(text string, limit int) []standard.Name
}

// Counts says how much a snapshot holds.
type Counts struct {
	Authorities, Standards, Versions, Steps, Drafts, Designations int
	// Relations counts relations of standards and versions, and supersessions,
	// by targets that can be referred to.
	Relations int
}

// Empty is the snapshot of an empty registry. It keeps at least tailEntries
// entries of the log that later commits bring.
func Empty(tailEntries int) *Snapshot {
	return &Snapshot{
		authorities:  newTree[standard.AuthorityID, *standard.Authority](cmp.Compare),
		prefixes:     newTree[string, []standard.AuthorityID](strings.Compare),
		spaces:       newTree[standard.AuthorityID, space](cmp.Compare),
		drafts:       newTree[string, *standard.DraftVersion](strings.Compare),
		designations: newTree[string, *standard.Designation](strings.Compare),
		edges:        newTree[place, edge](place.compare),
		tail:         tail{limit: tailEntries},
	}
}

var _ resolve.PartialView = (*Snapshot)(nil)

// Head is the state of the store that the snapshot shows.
func (s *Snapshot) Head() store.Head { return s.head }

// Revision is the revision that the snapshot shows.
func (s *Snapshot) Revision() standard.Revision { return s.head.Index }

// Counts says how much the snapshot holds.
func (s *Snapshot) Counts() Counts {
	c := s.counts
	c.Authorities, c.Drafts, c.Designations, c.Relations = s.authorities.len(), s.drafts.len(), s.designations.len(), s.edges.len()
	return c
}

// Standard returns the standard of that name, nil if there is none.
func (s *Snapshot) Standard(n standard.Name) *resolve.Standard {
	return s.spaces.get(n.Authority).get(n.Standard)
}

// Designation returns the claims on a normal form, nil if there are none.
func (s *Snapshot) Designation(key string) *standard.Designation { return s.designations.get(key) }

// Referrers calls yield with every relation whose target is the key, and with
// every supersession whose successor it is, ordered by name, version and step,
// until yield returns false. Removed relations are among them and say when
// they were removed.
func (s *Snapshot) Referrers(key string, yield func(resolve.Referrer) bool) {
	for at, e := range s.edges.from(place{target: key, name: new(standard.Name)}) {
		if at.target != key || !yield(e.referrer(at, s)) {
			return
		}
	}
}

// Similar returns the names of at most limit standards whose names, titles or
// designations are near to the text, best first. It is empty while the search
// index is being built.
func (s *Snapshot) Similar(text string, limit int) []standard.Name {
	if s.near == nil {
		return nil
	}
	names := s.near.Similar(text, limit)
	known := names[:0]
	for _, n := range names {
		if s.Standard(n) != nil {
			known = append(known, n)
		}
	}
	return known
}

// Part says which part of a registry the snapshot is of; empty: all of it.
func (s *Snapshot) Part() string { return s.part }

// Authority returns the authority, nil if there is none.
func (s *Snapshot) Authority(id standard.AuthorityID) *standard.Authority {
	return s.authorities.get(id)
}

// PrefixOwner finds the longest of the given designation prefixes, as normal
// forms, that some authority owns.
func (s *Snapshot) PrefixOwner(prefixes []string) (owner standard.AuthorityID, prefix string, ok bool) {
	for _, p := range prefixes {
		if ok && len(p) <= len(prefix) {
			continue
		}
		if owners := s.prefixes.get(p); len(owners) > 0 {
			owner, prefix, ok = owners[0], p, true
		}
	}
	return owner, prefix, ok
}

// Entries gives at most limit entries of the log with after < Index, ascending.
// It is false where the entry after the given revision is older than what is
// held in memory: ask the store. An empty answer with true: there is nothing
// newer in this snapshot.
func (s *Snapshot) Entries(after standard.Revision, limit int) ([]*standard.Entry, bool) {
	return s.tail.entries(after, limit)
}
