package rpc

import (
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func changeOut(e *standard.Entry) *etalonv1.Change {
	return &etalonv1.Change{
		Revision:      uint64(e.Index),
		RecordTime:    stamp(e.Time),
		Type:          etalonv1.Change_Type(e.Type),
		Name:          entryResource(e),
		Digest:        e.Digest.String(),
		EffectiveTime: stamp(e.Effective),
		Actor:         e.Actor,
		Detail:        e.Detail,
		Step:          int32(e.Step),
		RecordDigest:  e.Record.String(),
	}
}

// entryResource is the resource name of what an entry is about; empty: the
// registry, or a blob, which is named by its digest.
func entryResource(e *standard.Entry) string {
	n := standard.Name{Authority: e.Authority, Standard: e.Standard}
	switch {
	case e.Authority == "":
		return ""
	case e.Standard == "":
		return standard.AuthorityName(e.Authority)
	case e.Version == "":
		return n.Resource()
	}
	return standard.VersionResource(n, e.Version)
}

// changeFilter picks from the change feed. Drafts are never in it.
type changeFilter struct {
	authorities map[standard.AuthorityID]bool // empty: all
	standards   map[standard.Name]bool        // empty: all
	types       uint64                        // bits by type; 0: all
}

func changeFilterIn(f *fields, authorities, standards []string, types []etalonv1.Change_Type) changeFilter {
	var c changeFilter
	for i, s := range authorities {
		if c.authorities == nil {
			c.authorities = map[standard.AuthorityID]bool{}
		}
		c.authorities[parsed(f, indexed("authorities", i), s, standard.ParseAuthorityResource)] = true
	}
	for i, s := range standards {
		if c.standards == nil {
			c.standards = map[standard.Name]bool{}
		}
		c.standards[parsed(f, indexed("standards", i), s, standard.ParseStandardResource)] = true
	}
	for i, t := range types {
		c.types |= 1 << enumWanted[standard.ChangeType](f, indexed("types", i), t, etalonv1.Change_Type_name)
	}
	return c
}

func (c *changeFilter) takes(e *standard.Entry) bool {
	if e.Type.Draft() || c.types != 0 && c.types&(1<<e.Type) == 0 {
		return false
	}
	if len(c.authorities) == 0 && len(c.standards) == 0 {
		return true
	}
	if c.authorities[e.Authority] {
		return true
	}
	return c.standards[standard.Name{Authority: e.Authority, Standard: e.Standard}]
}
