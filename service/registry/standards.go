package registry

import (
	"context"
	"reflect"
	"slices"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// CreateStandard makes a standard without versions; s.Tags, Created, Updated
// and Revision are ignored. Errors: *InvalidError, *NotFoundError of the
// authority, *ExistsError, *ConflictError where a designation is claimed.
func (r *Registry) CreateStandard(ctx context.Context, c Caller, s *standard.Standard) (*resolve.Standard, Receipt, error) {
	var v violations
	v.limit("standard_id", "name_bytes", int64(len(s.Name.Standard)), r.limits.NameBytes)
	r.checkStandard(&v, "standard", s)
	if err := v.err(); err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, s.Name.Resource(), func(ch *change) error {
		if ch.Standard(s.Name) != nil {
			return &ExistsError{Resource: s.Name.Resource()}
		}
		rec, _, err := ch.newStandard(s)
		if err != nil {
			return err
		}
		rec.Revision = ch.next()
		ch.put(rec)
		ch.log(entryOf(standard.ChangeStandardCreated, s.Name, ""), rec)
		return nil
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Standard(s.Name), got.receipt, nil
}

// newStandard makes the record of a new standard and claims its designations.
// The caller sets Revision, puts and logs it.
func (c *change) newStandard(s *standard.Standard) (*standard.Standard, []string, error) {
	if c.Authority(s.Name.Authority) == nil {
		return nil, nil, &NotFoundError{Resource: standard.AuthorityName(s.Name.Authority), Hint: createAuthorityFirst}
	}
	rec := cleanStandard(s)
	rec.Tags, rec.Created, rec.Updated = nil, c.now, c.now
	stampRelations(rec.Relations, c)
	notes, err := c.claimAll("standard.designations", rec.Designations, rec.Name, "", Always)
	return rec, notes, err
}

func stampRelations(rs []standard.Relation, c *change) {
	for i := range rs {
		rs[i].Effective, rs[i].Recorded = Always, c.now
	}
}

// standardFields are the fields that a mask may name.
var standardFields = fields[standard.Standard]{
	{"titles", func(to, from *standard.Standard) { to.Titles = from.Titles }},
	{"descriptions", func(to, from *standard.Standard) { to.Descriptions = from.Descriptions }},
	{"kind", func(to, from *standard.Standard) { to.Kind = from.Kind }},
	{"scheme", func(to, from *standard.Standard) { to.Scheme = from.Scheme }},
	{"sectors", func(to, from *standard.Standard) { to.Sectors = from.Sectors }},
	{"steward", func(to, from *standard.Standard) { to.Steward = from.Steward }},
	{"homepage", func(to, from *standard.Standard) { to.Homepage = from.Homepage }},
	{"licence", func(to, from *standard.Standard) { to.Licence = from.Licence }},
	{"access", func(to, from *standard.Standard) { to.Access = from.Access }},
	{"designations", func(to, from *standard.Standard) { to.Designations = from.Designations }},
	{"relations", func(to, from *standard.Standard) { to.Relations = from.Relations }},
	{"provenance", func(to, from *standard.Standard) { to.Provenance = from.Provenance }},
}

// UpdateStandard changes the fields that the mask names; an empty mask means
// every field that is set, "*" all. The scheme can be changed only while there
// are no versions. An etag that is not empty must be the current one, which
// is that of the record or of the newest change to one of its versions. A
// change that changes nothing is fine and is not logged. Errors:
// *InvalidError, *NotFoundError, ErrEtag, *ConflictError.
func (r *Registry) UpdateStandard(ctx context.Context, c Caller, s *standard.Standard, mask []string, etag string) (*resolve.Standard, Receipt, error) {
	edit, err := standardFields.edit("standard", cleanStandard(s), mask)
	if err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, s.Name.Resource(), func(ch *change) error {
		st := ch.Standard(s.Name)
		if st == nil {
			return &NotFoundError{Resource: s.Name.Resource()}
		}
		if err := checkStandardEtag(etag, st); err != nil {
			return err
		}
		rec := *st.Record
		edit(&rec)
		var v violations
		r.checkStandard(&v, "standard", &rec)
		if rec.Scheme != st.Record.Scheme && len(st.Versions) > 0 {
			v.add("standard.scheme", "can't be changed once there are versions; it is %v", st.Record.Scheme)
		}
		if err := v.err(); err != nil {
			return err
		}
		return ch.updateStandard(st.Record, &rec)
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Standard(s.Name), got.receipt, nil
}

// checkStandardEtag takes the etag of the record and that of the standard with
// its versions, which is what readers are shown.
func checkStandardEtag(etag string, st *resolve.Standard) error {
	if etag == "" || etag == Etag(st.Record.Revision) {
		return nil
	}
	return checkEtag(etag, RevisionOf(st))
}

// RevisionOf is the revision of the last change to a standard or to one of
// its versions.
func RevisionOf(st *resolve.Standard) standard.Revision {
	rev := st.Record.Revision
	for _, v := range st.Versions {
		rev = max(rev, v.Record.Revision)
		for _, s := range v.Steps {
			rev = max(rev, s.Revision)
		}
	}
	return rev
}

func (c *change) updateStandard(old, rec *standard.Standard) error {
	rec.Relations = mergeRelations(old.Relations, rec.Relations, c)
	if reflect.DeepEqual(rec, old) {
		return nil
	}
	keys := make(map[string]bool, len(rec.Designations))
	for _, text := range rec.Designations {
		keys[designation.Key(text)] = true
	}
	for _, text := range old.Designations {
		if !keys[designation.Key(text)] {
			c.unclaim(text, rec.Name, "", c.now)
		}
	}
	for i, text := range rec.Designations {
		since := c.now
		if slices.Contains(old.Designations, text) {
			continue
		}
		if _, _, err := c.claim(index("standard.designations", i), standard.Claim{Text: text, Name: rec.Name, Effective: since}); err != nil {
			return err
		}
	}
	rec.Updated, rec.Revision = c.now, c.next()
	c.put(rec)
	c.log(entryOf(standard.ChangeStandardUpdated, rec.Name, ""), rec)
	return nil
}

// mergeRelations is the list that an update asks for, with the times of those
// that stay, and those that go kept on record as ended.
func mergeRelations(old, asked []standard.Relation, c *change) []standard.Relation {
	out := slices.Clone(old)
	same := func(a, b standard.Relation) bool {
		return a.Type == b.Type && a.Degree == b.Degree && a.Member == b.Member && a.Target == b.Target
	}
	for i := range out {
		if out[i].Retracted.IsZero() && !slices.ContainsFunc(asked, func(r standard.Relation) bool { return same(r, out[i]) }) {
			out[i].Until, out[i].Retracted = c.now, c.now
		}
	}
	for _, r := range asked {
		if !r.Retracted.IsZero() || slices.ContainsFunc(out, func(o standard.Relation) bool { return o.Retracted.IsZero() && same(o, r) }) {
			continue
		}
		r.Effective, r.Recorded = c.now, c.now
		out = append(out, r)
	}
	return out
}

// cleanStandard is a copy in normal form.
func cleanStandard(s *standard.Standard) *standard.Standard {
	out := *s
	out.Titles, out.Descriptions = cleanTexts(s.Titles), cleanTexts(s.Descriptions)
	out.Sectors = slices.Clone(s.Sectors)
	out.Designations = slices.Clone(s.Designations)
	out.Relations = cleanRelations(s.Relations)
	return &out
}

// cleanRelations is a copy without times, which are the registry's to set.
func cleanRelations(rs []standard.Relation) []standard.Relation {
	if len(rs) == 0 {
		return nil
	}
	out := make([]standard.Relation, len(rs))
	for i, r := range rs {
		out[i] = standard.Relation{Type: r.Type, Degree: r.Degree, Target: r.Target, Member: r.Member}
	}
	return out
}

func (r *Registry) checkStandard(v *violations, at string, s *standard.Standard) {
	l := r.limits
	if _, err := standard.ParseName(s.Name.String()); err != nil {
		v.cause("standard_id", err)
	}
	v.enum(at+".kind", uint8(s.Kind), uint8(standard.Guidance), true, "kind")
	v.enum(at+".scheme", uint8(s.Scheme), uint8(standard.Declared), true, "version scheme")
	v.enum(at+".access", uint8(s.Access), uint8(standard.AccessRestricted), false, "form of access")
	v.texts(at+".titles", s.Titles, l)
	v.texts(at+".descriptions", s.Descriptions, l)
	v.words(at+".sectors", s.Sectors, l)
	v.short(at+".steward", s.Steward, l)
	v.address(at+".homepage", s.Homepage, l)
	v.short(at+".licence", s.Licence, l)
	v.short(at+".provenance", s.Provenance, l)
	v.designations(at+".designations", s.Designations, l)
	live := slices.DeleteFunc(slices.Clone(s.Relations), func(r standard.Relation) bool { return !r.Retracted.IsZero() })
	v.relations(at+".relations", live, l)
}
