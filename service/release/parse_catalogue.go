package release

import (
	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/standard"
)

// ParseCatalogue reads a catalogue file. The error is a Problems with every
// problem and its line.
func ParseCatalogue(data []byte) (*Catalogue, error) {
	r := &reader{}
	c := r.catalogue(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (r *reader) catalogue(data []byte) *Catalogue {
	doc, ok := r.document(data, "the catalogue file")
	if !ok {
		return nil
	}
	c := &Catalogue{}
	// The authority comes first wherever it stands: names start with it.
	r.mapping(doc, "catalogue",
		field{"authority", true, r.authority(&c.Authority)},
		field{"standards", false, func(node) {}},
	)
	if doc.Kind != yaml.MappingNode {
		return nil
	}
	if n := r.at(doc, "standards"); n.Node != doc.Node && !isNull(n.Node) {
		r.standards(n, c)
	}
	return c
}

func (r *reader) authority(a *standard.Authority) func(node) {
	return func(n node) {
		r.mapping(n, "authority",
			field{"id", true, into(r, &a.ID, standard.ParseAuthorityID)},
			field{"title", true, texts(r, &a.Titles)},
			field{"description", false, texts(r, &a.Descriptions)},
			field{"homepage", false, into(r, &a.Homepage, parseURL)},
			field{"contacts", false, r.contacts(&a.Contacts)},
			field{"sectors", false, listInto(r, &a.Sectors, parseSector)},
			field{"parent", false, into(r, &a.Parent, standard.ParseAuthorityID)},
			field{"prefixes", false, listInto(r, &a.Prefixes, parsePrefix)},
		)
		if a.Parent != "" && a.Parent == a.ID {
			r.report(r.at(n, "parent"), "authority %q can't be its own parent", a.ID)
		}
	}
}

func (r *reader) contacts(dst *[]standard.Contact) func(node) {
	return func(n node) {
		r.list(n, func(n node) {
			var c standard.Contact
			r.mapping(n, "contact",
				field{"name", false, textInto(r, &c.Name)},
				field{"email", false, into(r, &c.Email, parseEmail)},
				field{"url", false, into(r, &c.URL, parseURL)},
			)
			*dst = append(*dst, c)
		})
	}
}

func (r *reader) standards(n node, c *Catalogue) {
	seen := map[string]int{}
	r.list(n, func(n node) {
		s := CatalogueStandard{Record: standard.Standard{Name: standard.Name{Authority: c.Authority.ID}}}
		if !r.catalogueStandard(n, &s) {
			return
		}
		id := s.Record.Name.Standard
		if line, dup := seen[id]; dup && id != "" {
			r.report(r.at(n, "id"), "standard %q is given twice, first in line %d", id, line)
			return
		}
		seen[id] = n.Line
		c.Standards = append(c.Standards, s)
	})
}

func (r *reader) catalogueStandard(n node, s *CatalogueStandard) bool {
	rec := &s.Record
	parseID := func(text string) (string, error) {
		name, err := standard.ParseName("a/" + text)
		return name.Standard, err
	}
	ok := r.mapping(n, "standard",
		field{"id", true, into(r, &rec.Name.Standard, parseID)},
		field{"title", true, texts(r, &rec.Titles)},
		field{"description", false, texts(r, &rec.Descriptions)},
		field{"kind", true, into(r, &rec.Kind, standard.ParseKind)},
		field{"scheme", true, into(r, &rec.Scheme, standard.ParseScheme)},
		field{"sectors", false, listInto(r, &rec.Sectors, parseSector)},
		field{"steward", false, textInto(r, &rec.Steward)},
		field{"licence", false, textInto(r, &rec.Licence)},
		field{"access", false, into(r, &rec.Access, standard.ParseAccess)},
		field{"homepage", false, into(r, &rec.Homepage, parseURL)},
		field{"designations", false, designations(r, &rec.Designations)},
		field{"relations", false, relations(r, &rec.Relations)},
		field{"tags", false, r.tags(&s.Tags)},
		field{"source", false, into(r, &s.Source, parseURL)},
		field{"verified", false, into(r, &s.Verified, standard.ParseDay)},
		field{"versions", false, func(node) {}},
	)
	if !ok {
		return false
	}
	rec.Provenance = s.Source
	if vs := r.at(n, "versions"); vs.Node != n.Node && !isNull(vs.Node) {
		r.versions(vs, s)
	}
	r.checkTags(n, s)
	return true
}

// tags reads a mapping of tags to versions.
func (r *reader) tags(dst *map[string]standard.VersionID) func(node) {
	return func(n node) {
		if !r.kind(n, yaml.MappingNode, "a mapping of tags to versions") {
			return
		}
		*dst = make(map[string]standard.VersionID, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := node{n.Content[i], n.field}
			tag, ok := value(r, key, parseTag)
			if !ok {
				continue
			}
			if _, dup := (*dst)[tag]; dup {
				r.report(key, "tag %q is given twice", tag)
				continue
			}
			if id, ok := value(r, node{n.Content[i+1], join(n.field, tag)}, standard.ParseVersionID); ok {
				(*dst)[tag] = id
			}
		}
	}
}

func (r *reader) checkTags(n node, s *CatalogueStandard) {
	for tag, id := range s.Tags {
		var known, clash bool
		for _, v := range s.Versions {
			known = known || sameID(string(v.Record.ID), string(id))
			clash = clash || sameID(string(v.Record.ID), tag)
		}
		if !known {
			r.report(r.at(n, "tags"), "tag %q names version %q, which is not listed", tag, id)
		}
		if clash {
			r.report(r.at(n, "tags"), "tag %q equals a version; a tag needs a name of its own", tag)
		}
	}
}

func (r *reader) versions(n node, s *CatalogueStandard) {
	seen := map[string]int{}
	r.list(n, func(n node) {
		v := CatalogueVersion{Record: standard.Version{Name: s.Record.Name}, Source: s.Source, Verified: s.Verified}
		if !r.catalogueVersion(n, s.Record.Scheme, &v) {
			return
		}
		fold := v.Record.ID.Fold()
		if line, dup := seen[fold]; dup && fold != "" {
			r.report(r.at(n, "id"), "version %q is given twice (letter case does not count), first in line %d", v.Record.ID, line)
			return
		}
		seen[fold] = n.Line
		s.Versions = append(s.Versions, v)
	})
}

func (r *reader) catalogueVersion(n node, scheme standard.Scheme, v *CatalogueVersion) bool {
	rec := &v.Record
	ok := r.mapping(n, "version",
		field{"id", true, into(r, &rec.ID, standard.ParseVersionID)},
		field{"label", false, textInto(r, &rec.Label)},
		field{"released", false, into(r, &rec.Released, standard.ParseDay)},
		field{"effective", false, into(r, &rec.Effective, standard.ParseDay)},
		field{"sequence", false, into(r, &rec.Sequence, parseSequence)},
		field{"prerelease", false, into(r, &rec.Prerelease, parseBool)},
		field{"notes", false, texts(r, &rec.Notes)},
		field{"designations", false, designations(r, &rec.Designations)},
		field{"links", false, links(r, &rec.Links)},
		field{"members", false, members(r, &rec.Members)},
		field{"relations", false, relations(r, &rec.Relations)},
		field{"steps", false, func(node) {}},
		field{"source", false, into(r, &v.Source, parseURL)},
		field{"verified", false, into(r, &v.Verified, standard.ParseDay)},
	)
	if !ok {
		return false
	}
	rec.Provenance = v.Source
	r.checkVersion(n, "id", scheme, rec.ID, rec.Sequence)
	if steps := r.at(n, "steps"); steps.Node != n.Node && !isNull(steps.Node) {
		r.steps(steps, v)
	}
	return true
}
