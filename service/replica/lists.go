package replica

import (
	"iter"
	"strings"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// Authorities gives every authority, by id.
func (s *Snapshot) Authorities() iter.Seq[*standard.Authority] { return s.AuthoritiesFrom("") }

// AuthoritiesFrom gives the authorities with ids after the given one, by id.
func (s *Snapshot) AuthoritiesFrom(after standard.AuthorityID) iter.Seq[*standard.Authority] {
	return func(yield func(*standard.Authority) bool) {
		for id, a := range s.authorities.from(after) {
			if id != after && !yield(a) {
				return
			}
		}
	}
}

// Standards gives the standards of an authority, or of all where it is empty,
// by name.
func (s *Snapshot) Standards(authority standard.AuthorityID) iter.Seq[*resolve.Standard] {
	return s.StandardsFrom(authority, standard.Name{})
}

// StandardsFrom gives the standards of an authority, or of all where it is
// empty, with names after the given one, by name. The given one need not
// exist.
func (s *Snapshot) StandardsFrom(authority standard.AuthorityID, after standard.Name) iter.Seq[*resolve.Standard] {
	return func(yield func(*resolve.Standard) bool) {
		if authority != "" {
			if after.Authority <= authority {
				scan(s.spaces.get(authority), authority, after, yield)
			}
			return
		}
		for a, sp := range s.spaces.from(after.Authority) {
			if !scan(sp, a, after, yield) {
				return
			}
		}
	}
}

// scan gives the standards of a space after a name, and says whether yield
// wants more.
func scan(sp space, a standard.AuthorityID, after standard.Name, yield func(*resolve.Standard) bool) bool {
	pivot := ""
	if a == after.Authority {
		pivot = after.Standard
	}
	for k, v := range sp.from(pivot) {
		if (pivot == "" || k != pivot) && !yield(v) {
			return false
		}
	}
	return true
}

// Designations gives the claims on every normal form from the given one on, by
// normal form.
func (s *Snapshot) Designations(from string) iter.Seq[*standard.Designation] {
	return func(yield func(*standard.Designation) bool) {
		for _, d := range s.designations.from(from) {
			if !yield(d) {
				return
			}
		}
	}
}

// Targets gives the keys that relations and supersessions are filed under, see
// Referrers, from the given one on, in order and each once.
func (s *Snapshot) Targets(from string) iter.Seq[string] {
	return func(yield func(string) bool) {
		last, any := "", false
		for at := range s.edges.from(place{target: from, name: new(standard.Name)}) {
			if any && at.target == last {
				continue
			}
			if last, any = at.target, true; !yield(last) {
				return
			}
		}
	}
}

// Draft returns the draft of a version, letter case ignored; nil if there is
// none.
func (s *Snapshot) Draft(n standard.Name, id standard.VersionID) *standard.DraftVersion {
	return s.drafts.get(draftKey(n, id))
}

// Drafts gives the drafts of a standard, by id; of all standards of an
// authority where n.Standard is empty, and of all authorities where n is zero.
func (s *Snapshot) Drafts(n standard.Name) iter.Seq[*standard.DraftVersion] {
	return s.DraftsFrom(n, standard.Name{}, "")
}

// DraftsFrom is Drafts with those only that come after a version of a name.
func (s *Snapshot) DraftsFrom(n, after standard.Name, id standard.VersionID) iter.Seq[*standard.DraftVersion] {
	prefix := draftPrefix(n)
	last := ""
	if !after.IsZero() {
		last = draftKey(after, id)
	}
	return func(yield func(*standard.DraftVersion) bool) {
		for k, d := range s.drafts.from(max(prefix, last)) {
			if !strings.HasPrefix(k, prefix) {
				return
			}
			if k != last && !yield(d) {
				return
			}
		}
	}
}

// ManifestDigests gives the digest of every version's manifest, ordered by
// name and then as versions are. The blobs in use are those manifests, the
// files that they list, and the files of drafts.
func (s *Snapshot) ManifestDigests() iter.Seq[standard.Digest] {
	return func(yield func(standard.Digest) bool) {
		for st := range s.Standards("") {
			for _, v := range st.Versions {
				if !yield(v.Record.Digest) {
					return
				}
			}
		}
	}
}

// draftKey orders as names do: no name holds a character below "-".
func draftKey(n standard.Name, id standard.VersionID) string {
	return string(n.Authority) + "\x00" + n.Standard + "\x00" + id.Fold()
}

func draftPrefix(n standard.Name) string {
	switch {
	case n.IsZero():
		return ""
	case n.Standard == "":
		return string(n.Authority) + "\x00"
	}
	return draftKey(n, "")
}
