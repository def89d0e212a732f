package registry

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// CreateAuthority makes an authority; a.Created, Updated and Revision are
// ignored. Errors: *InvalidError, *ExistsError, *ConflictError where a prefix
// is another's, *NotFoundError of the parent.
func (r *Registry) CreateAuthority(ctx context.Context, c Caller, a *standard.Authority) (*standard.Authority, Receipt, error) {
	var v violations
	if v.limit("authority_id", "name_bytes", int64(len(a.ID)), r.limits.NameBytes) {
		return nil, Receipt{}, v.err()
	}
	if err := r.checkAuthority(a); err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, standard.AuthorityName(a.ID), func(ch *change) error {
		if ch.Authority(a.ID) != nil {
			return &ExistsError{Resource: standard.AuthorityName(a.ID)}
		}
		rec := cleanAuthority(a)
		rec.Created, rec.Updated, rec.Revision = ch.now, ch.now, ch.next()
		if err := ch.checkOwnership(rec); err != nil {
			return err
		}
		ch.put(rec)
		ch.log(standard.Entry{Type: standard.ChangeAuthorityCreated, Authority: a.ID}, rec)
		return nil
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Authority(a.ID), got.receipt, nil
}

// authorityFields are the fields that a mask may name, as the public contract
// spells them.
var authorityFields = fields[standard.Authority]{
	{"titles", func(to, from *standard.Authority) { to.Titles = from.Titles }},
	{"descriptions", func(to, from *standard.Authority) { to.Descriptions = from.Descriptions }},
	{"homepage", func(to, from *standard.Authority) { to.Homepage = from.Homepage }},
	{"contacts", func(to, from *standard.Authority) { to.Contacts = from.Contacts }},
	{"sectors", func(to, from *standard.Authority) { to.Sectors = from.Sectors }},
	{"parent", func(to, from *standard.Authority) { to.Parent = from.Parent }},
	{"designation_prefixes", func(to, from *standard.Authority) { to.Prefixes = from.Prefixes }},
}

// UpdateAuthority changes the fields that the mask names; an empty mask means
// every field that is set, "*" all. An etag that is not empty must be the
// current one. A change that changes nothing is fine and is not logged.
// Errors: *InvalidError, *NotFoundError, ErrEtag, *ConflictError.
func (r *Registry) UpdateAuthority(ctx context.Context, c Caller, a *standard.Authority, mask []string, etag string) (*standard.Authority, Receipt, error) {
	edit, err := authorityFields.edit("authority", cleanAuthority(a), mask)
	if err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, standard.AuthorityName(a.ID), func(ch *change) error {
		old := ch.Authority(a.ID)
		if old == nil {
			return &NotFoundError{Resource: standard.AuthorityName(a.ID)}
		}
		if err := checkEtag(etag, old.Revision); err != nil {
			return err
		}
		rec := *old
		edit(&rec)
		if err := r.checkAuthority(&rec); err != nil {
			return err
		}
		if reflect.DeepEqual(rec, *old) {
			return nil
		}
		rec.Updated, rec.Revision = ch.now, ch.next()
		if err := ch.checkOwnership(&rec); err != nil {
			return err
		}
		ch.put(&rec)
		ch.log(standard.Entry{Type: standard.ChangeAuthorityUpdated, Authority: a.ID}, &rec)
		return nil
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Authority(a.ID), got.receipt, nil
}

func checkEtag(etag string, rev standard.Revision) error {
	if etag == "" || etag == Etag(rev) {
		return nil
	}
	return fmt.Errorf("%w: the etag is %s now, not %s", ErrEtag, Etag(rev), clip(etag))
}

// checkOwnership refuses prefixes that another authority owns, and a parent
// that is not there or lies below.
func (c *change) checkOwnership(a *standard.Authority) error {
	for i, p := range a.Prefixes {
		owner, prefix, ok := c.PrefixOwner([]string{p})
		if ok && owner != a.ID {
			return &ConflictError{
				Field:  index("authority.designation_prefixes", i),
				What:   fmt.Sprintf("designation prefix %s", prefix),
				Holder: standard.AuthorityName(owner),
			}
		}
	}
	for up := a.Parent; up != ""; {
		if up == a.ID {
			var v violations
			v.add("authority.parent", "%s would belong to itself", standard.AuthorityName(a.ID))
			return v.err()
		}
		parent := c.Authority(up)
		if parent == nil {
			return &NotFoundError{Resource: standard.AuthorityName(up)}
		}
		up = parent.Parent
	}
	return nil
}

// cleanAuthority is a copy in normal form.
func cleanAuthority(a *standard.Authority) *standard.Authority {
	out := *a
	out.Titles, out.Descriptions = cleanTexts(a.Titles), cleanTexts(a.Descriptions)
	out.Contacts, out.Sectors = slices.Clone(a.Contacts), slices.Clone(a.Sectors)
	out.Prefixes = nil
	for _, p := range a.Prefixes {
		if k := designation.PrefixKey(p); !slices.Contains(out.Prefixes, k) {
			out.Prefixes = append(out.Prefixes, k)
		}
	}
	return &out
}

// reservedAuthorities are what the server's own paths begin with: the
// persistent identifier of an authority of that name would not lead to it.
var reservedAuthorities = []standard.AuthorityID{"v1", "healthz", "readyz", "metrics"}

// createAuthorityFirst is the hint where a publication names an authority that
// is not there.
const createAuthorityFirst = "an authority is created before its first standard (CreateAuthority, or 'etalon authority create')"

func (r *Registry) checkAuthority(a *standard.Authority) error {
	var v violations
	l := r.limits
	if _, err := standard.ParseAuthorityID(string(a.ID)); err != nil {
		v.cause("authority_id", err)
	}
	if slices.Contains(reservedAuthorities, a.ID) {
		v.add("authority_id", "%q is a path of the server itself, so its identifiers would lead nowhere; choose another", a.ID)
	}
	v.texts("authority.titles", a.Titles, l)
	v.texts("authority.descriptions", a.Descriptions, l)
	v.address("authority.homepage", a.Homepage, l)
	v.limit("authority.contacts", "list_items", int64(len(a.Contacts)), l.ListItems)
	for i, c := range a.Contacts {
		at := index("authority.contacts", i)
		v.short(at+".name", c.Name, l)
		v.short(at+".email", c.Email, l)
		v.address(at+".url", c.URL, l)
		if c.Name == "" && c.Email == "" && c.URL == "" {
			v.add(at, "is empty")
		}
	}
	v.words("authority.sectors", a.Sectors, l)
	if a.Parent != "" {
		_, err := standard.ParseAuthorityID(string(a.Parent))
		v.cause("authority.parent", err)
	}
	v.words("authority.designation_prefixes", a.Prefixes, l)
	return v.err()
}
