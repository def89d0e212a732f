package registry

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// Always is the Effective time of what a record of an undated standard says
// from the outset, its designations and relations: it holds at any time that
// can be asked about. (The zero time means "when recorded".)
var Always = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)

// Designated says how a designation was recorded.
type Designated struct {
	Key   string // normal form
	Owner bool   // claimed by the owner of its prefix; false: an alias
}

// AddDesignation records a further designation of a standard (v empty) or a
// version from a time on, zero: from now. It is a claim where the standard's
// authority owns the prefix, else an alias. Errors: *InvalidError,
// *NotFoundError, *ConflictError where another standard or version of that
// owner holds the claim.
func (r *Registry) AddDesignation(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, text string, effective time.Time) (Designated, Receipt, error) {
	var bad violations
	bad.designation("designation", text)
	if err := bad.err(); err != nil {
		return Designated{}, Receipt{}, err
	}
	key := designation.Key(text)
	got, err := r.write(ctx, c, resourceOf(n, v), func(ch *change) error {
		id, err := ch.find(n, v)
		if err != nil {
			return err
		}
		added, _, err := ch.claim("designation", standard.Claim{Text: text, Name: n, Version: id, Effective: orTime(effective, ch.now)})
		if err != nil || !added {
			return err
		}
		if id == "" {
			ch.relist(n, func(list []string) []string { return append(list, text) })
		}
		e := entryOf(standard.ChangeDesignationAdded, n, id)
		e.Detail, e.Effective = text, effective
		ch.log(e, ch.designations[key])
		return nil
	})
	if err != nil {
		return Designated{}, Receipt{}, err
	}
	out := Designated{Key: key}
	if d := got.snap.Designation(key); d != nil {
		if i := liveClaim(d, n, v); i >= 0 {
			out.Owner = d.Claims[i].Owner
		}
	}
	return out, got.receipt, nil
}

// RemoveDesignation ends the claim or alias that a standard (v empty) or a
// version holds, from a time on, zero: from now. What it was before stays on
// record. Errors: *InvalidError, *NotFoundError.
func (r *Registry) RemoveDesignation(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, text string, effective time.Time) (Receipt, error) {
	var bad violations
	bad.designation("designation", text)
	if err := bad.err(); err != nil {
		return Receipt{}, err
	}
	got, err := r.write(ctx, c, resourceOf(n, v), func(ch *change) error {
		id, err := ch.find(n, v)
		if err != nil {
			return err
		}
		if !ch.unclaim(text, n, id, orTime(effective, ch.now)) {
			return &NotFoundError{Resource: fmt.Sprintf("designation %q of %s", clip(text), resourceOf(n, id))}
		}
		key := designation.Key(text)
		if id == "" {
			ch.relist(n, func(list []string) []string {
				return slices.DeleteFunc(list, func(s string) bool { return designation.Key(s) == key })
			})
		}
		e := entryOf(standard.ChangeDesignationRemoved, n, id)
		e.Detail, e.Effective = text, effective
		ch.log(e, ch.designations[key])
		return nil
	})
	return got.receipt, err
}

func resourceOf(n standard.Name, v standard.VersionID) string {
	if v == "" {
		return n.Resource()
	}
	return standard.VersionResource(n, v)
}

func orTime(t, other time.Time) time.Time {
	if t.IsZero() {
		return other
	}
	return t.UTC()
}

// find says that a standard or version is there, and how its id is written.
func (c *change) find(n standard.Name, v standard.VersionID) (standard.VersionID, error) {
	st := c.Standard(n)
	if st == nil {
		return "", &NotFoundError{Resource: n.Resource()}
	}
	if v == "" {
		return "", nil
	}
	if ver := st.Find(v); ver != nil {
		return ver.Record.ID, nil
	}
	return "", &NotFoundError{Resource: standard.VersionResource(n, v)}
}

// relist changes the designations in a standard's record.
func (c *change) relist(n standard.Name, edit func([]string) []string) {
	rec := *c.Standard(n).Record
	rec.Designations = edit(slices.Clone(rec.Designations))
	rec.Updated, rec.Revision = c.now, c.next()
	c.put(&rec)
}

// designation is the record under a key as this change has it so far, a copy
// that may be written to.
func (c *change) designation(key string) *standard.Designation {
	if d := c.designations[key]; d != nil {
		return d
	}
	d := &standard.Designation{Key: key}
	if old := c.Snapshot.Designation(key); old != nil {
		d.Claims = slices.Clone(old.Claims)
	}
	return d
}

func (c *change) touch(d *standard.Designation) {
	if c.designations == nil {
		c.designations = make(map[string]*standard.Designation)
	}
	c.designations[d.Key] = d
}

// claim records a claim, or an alias where another authority owns the prefix,
// or nobody; the owner of the prefix is returned. Text, Name, Version and
// Effective are given. added is false where it is there already. Aliases may
// stand beside anything: they resolve while they are unambiguous. Of claims
// there is one at a time.
func (c *change) claim(field string, n standard.Claim) (added bool, owner standard.AuthorityID, err error) {
	d := c.designation(designation.Key(n.Text))
	if liveClaim(d, n.Name, n.Version) >= 0 {
		return false, n.Name.Authority, nil
	}
	owner, _, _ = c.PrefixOwner(prefixKeys(n.Text))
	n.Owner = owner == n.Name.Authority
	n.Recorded = c.now
	if n.Owner {
		for _, held := range d.Claims {
			end := orTime(held.Until, held.Retracted)
			switch {
			case !held.Owner:
			case end.IsZero():
				return false, owner, &ConflictError{
					Field: field, What: fmt.Sprintf("designation %q", clip(n.Text)),
					Holder: resourceOf(held.Name, held.Version),
					Hint:   "end that claim first, or leave the designation out",
				}
			case end.After(n.Effective):
				n.Effective = end
			}
		}
	}
	d.Claims = append(d.Claims, n)
	c.touch(d)
	return true, owner, nil
}

// prefixKeys are the prefixes that a designation has, as authorities own them.
func prefixKeys(text string) []string {
	ps := designation.Prefixes(text)
	for i, p := range ps {
		ps[i] = designation.PrefixKey(p)
	}
	return ps
}

// liveClaim is the index of the claim or alias of a standard or version that
// was not ended; -1: there is none.
func liveClaim(d *standard.Designation, n standard.Name, v standard.VersionID) int {
	return slices.IndexFunc(d.Claims, func(c standard.Claim) bool {
		return c.Name == n && c.Version.Fold() == v.Fold() && c.Retracted.IsZero() && c.Until.IsZero()
	})
}

// unclaim ends a claim or alias, and says whether there was one.
func (c *change) unclaim(text string, n standard.Name, v standard.VersionID, until time.Time) bool {
	d := c.designation(designation.Key(text))
	i := liveClaim(d, n, v)
	if i < 0 {
		return false
	}
	d.Claims[i].Until, d.Claims[i].Retracted = until, c.now
	c.touch(d)
	return true
}

// claimAll records the designations of a record, and says in plain sentences
// what they became where they are no claims.
func (c *change) claimAll(field string, texts []string, n standard.Name, v standard.VersionID, effective time.Time) (notes []string, err error) {
	for i, text := range texts {
		added, owner, err := c.claim(index(field, i), standard.Claim{Text: text, Name: n, Version: v, Effective: effective})
		if err != nil {
			return nil, err
		}
		if added && owner != "" && owner != n.Authority {
			notes = append(notes, fmt.Sprintf("designation %q is recorded as an alias: its prefix belongs to %s", clip(text), standard.AuthorityName(owner)))
		}
	}
	return notes, nil
}
