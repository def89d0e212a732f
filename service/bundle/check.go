package bundle

import (
	"errors"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// check looks at what a bundle says as a whole: every record decodes, and
// whatever a record needs is there.
func (b *Bundle) check() error {
	c := checker{
		Bundle: b, authorities: map[standard.AuthorityID]bool{}, standards: map[standard.Name]bool{}, versions: map[version]bool{},
	}
	hasMeta, records := false, make([]store.Record, 0, len(b.pairs))
	for _, p := range b.pairs {
		if p.kind == codec.KindMeta {
			hasMeta = true
			if err := c.meta(p); err != nil {
				return err
			}
			continue
		}
		r, err := codec.Decode(p.kind, p.key, p.value)
		if err != nil {
			return bad("%v", err)
		}
		if err := c.record(r); err != nil {
			return err
		}
		records = append(records, r)
	}
	if err := c.steps(); err != nil {
		return err
	}
	switch {
	case !hasMeta:
		return bad("it lacks the record %q", codec.KindMeta)
	case b.info.Revision == 0 || len(b.info.Refs) == 0:
		return bad("%s names no revision or no references", nameInfo)
	case len(c.standards) != b.info.Standards || len(c.versions) != b.info.Versions:
		return bad("it should hold %d standards and %d versions, it holds %d and %d",
			b.info.Standards, b.info.Versions, len(c.standards), len(c.versions))
	}
	b.decoded.Store(&records)
	return nil
}

// version names a version; the id is folded.
type version struct {
	name standard.Name
	id   string
}

type checker struct {
	*Bundle
	authorities map[standard.AuthorityID]bool
	standards   map[standard.Name]bool
	versions    map[version]bool
	lives       []version // that have steps
}

func (c *checker) meta(p pair) error {
	m, err := codec.DecodeMeta(p.value)
	if err != nil {
		return bad("%v", err)
	}
	if err := codec.Readable(m); err != nil {
		return err
	}
	if m.RegistryID != c.info.RegistryID {
		return bad("it is of two registries")
	}
	c.Bundle.meta = m
	return nil
}

// record takes records in the order of their keys: authorities before
// standards, standards before steps, and those before versions.
func (c *checker) record(r store.Record) error {
	switch r := r.(type) {
	case *standard.Authority:
		c.authorities[r.ID] = true
	case *standard.Standard:
		if !c.authorities[r.Name.Authority] {
			return bad("authority %s is missing", r.Name.Authority)
		}
		c.standards[r.Name] = true
	case *standard.Step:
		c.lives = append(c.lives, version{r.Name, r.Version.Fold()})
	case *standard.Version:
		if !c.standards[r.Name] {
			return bad("standard %s is missing", r.Name)
		}
		if _, ok := c.manifests[r.Digest]; !ok {
			return bad("the manifest of %s@%s is missing", r.Name, r.ID)
		}
		c.versions[version{r.Name, r.ID.Fold()}] = true
	case *standard.Designation:
	default:
		return errors.New("bundle: a record of no known type") // takePair lets none in
	}
	return nil
}

func (c *checker) steps() error {
	for _, v := range c.lives {
		if !c.versions[v] {
			return bad("version %s@%s is missing", v.name, v.id)
		}
	}
	return nil
}
