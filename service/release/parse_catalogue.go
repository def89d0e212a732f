package release

import (
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// ParseCatalogue reads a catalogue file. The error is a Problems with every
// problem and its line.
func ParseCatalogue(data []byte) (*Catalogue, error) {
	r := newReader("the catalogue file")
	c := r.catalogue(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (r *reader) catalogue(data []byte) *Catalogue {
	doc, ok := r.Document(data)
	if !ok {
		return nil
	}
	c := &Catalogue{}
	// The authority comes first wherever it stands: names start with it.
	r.Mapping(doc, "catalogue",
		strictyaml.Required("authority", r.authority(&c.Authority)),
		strictyaml.Optional("standards", func(node) {}),
	)
	if !doc.IsMapping() {
		return nil
	}
	if n, ok := doc.Field("standards"); ok && !n.IsNull() {
		r.standards(n, c)
	}
	return c
}

func (r *reader) authority(a *standard.Authority) func(node) {
	return func(n node) {
		r.Mapping(n, "authority",
			strictyaml.Required("id", into(r, &a.ID, standard.ParseAuthorityID)),
			strictyaml.Required("title", texts(r, &a.Titles)),
			strictyaml.Optional("description", texts(r, &a.Descriptions)),
			strictyaml.Optional("homepage", into(r, &a.Homepage, parseURL)),
			strictyaml.Optional("contacts", r.contacts(&a.Contacts)),
			strictyaml.Optional("sectors", listInto(r, &a.Sectors, parseSector)),
			strictyaml.Optional("parent", into(r, &a.Parent, standard.ParseAuthorityID)),
			strictyaml.Optional("prefixes", listInto(r, &a.Prefixes, parsePrefix)),
		)
		if a.Parent != "" && a.Parent == a.ID {
			r.Report(n.At("parent"), "authority %q can't be its own parent", a.ID)
		}
	}
}

func (r *reader) contacts(dst *[]standard.Contact) func(node) {
	return func(n node) {
		r.List(n, func(n node) {
			var c standard.Contact
			r.Mapping(n, "contact",
				strictyaml.Optional("name", textInto(r, &c.Name)),
				strictyaml.Optional("email", into(r, &c.Email, parseEmail)),
				strictyaml.Optional("url", into(r, &c.URL, parseURL)),
			)
			*dst = append(*dst, c)
		})
	}
}

func (r *reader) standards(n node, c *Catalogue) {
	seen := map[string]int{}
	r.List(n, func(n node) {
		s := CatalogueStandard{Record: standard.Standard{Name: standard.Name{Authority: c.Authority.ID}}}
		if !r.catalogueStandard(n, &s) {
			return
		}
		id := s.Record.Name.Standard
		if line, dup := seen[id]; dup && id != "" {
			r.Report(n.At("id"), "standard %q is given twice, first in line %d", id, line)
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
	ok := r.Mapping(n, "standard",
		strictyaml.Required("id", into(r, &rec.Name.Standard, parseID)),
		strictyaml.Required("title", texts(r, &rec.Titles)),
		strictyaml.Optional("description", texts(r, &rec.Descriptions)),
		strictyaml.Required("kind", into(r, &rec.Kind, standard.ParseKind)),
		strictyaml.Required("scheme", into(r, &rec.Scheme, standard.ParseScheme)),
		strictyaml.Optional("sectors", listInto(r, &rec.Sectors, parseSector)),
		strictyaml.Optional("steward", textInto(r, &rec.Steward)),
		strictyaml.Optional("licence", textInto(r, &rec.Licence)),
		strictyaml.Optional("access", into(r, &rec.Access, standard.ParseAccess)),
		strictyaml.Optional("homepage", into(r, &rec.Homepage, parseURL)),
		strictyaml.Optional("designations", designations(r, &rec.Designations)),
		strictyaml.Optional("relations", relations(r, &rec.Relations)),
		strictyaml.Optional("tags", r.tags(&s.Tags)),
		strictyaml.Optional("source", into(r, &s.Source, parseURL)),
		strictyaml.Optional("verified", into(r, &s.Verified, standard.ParseDay)),
		strictyaml.Optional("versions", func(node) {}),
	)
	if !ok {
		return false
	}
	rec.Provenance = s.Source
	if vs, ok := n.Field("versions"); ok && !vs.IsNull() {
		r.versions(vs, s)
	}
	r.checkTags(n, s)
	return true
}

// tags reads a mapping of tags to versions.
func (r *reader) tags(dst *map[string]standard.VersionID) func(node) {
	return func(n node) {
		if !r.WantMapping(n, "a mapping of tags to versions") {
			return
		}
		*dst = make(map[string]standard.VersionID, len(n.Content)/2)
		for key, version := range n.Entries() {
			tag, ok := value(r, key, parseTag)
			if !ok {
				continue
			}
			if _, dup := (*dst)[tag]; dup {
				r.Report(key, "tag %q is given twice", tag)
				continue
			}
			if id, ok := value(r, version, standard.ParseVersionID); ok {
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
			r.Report(n.At("tags"), "tag %q names version %q, which is not listed", tag, id)
		}
		if clash {
			r.Report(n.At("tags"), "tag %q equals a version; a tag needs a name of its own", tag)
		}
	}
}

func (r *reader) versions(n node, s *CatalogueStandard) {
	seen := map[string]int{}
	r.List(n, func(n node) {
		v := CatalogueVersion{Record: standard.Version{Name: s.Record.Name}, Source: s.Source, Verified: s.Verified}
		if !r.catalogueVersion(n, s.Record.Scheme, &v) {
			return
		}
		fold := v.Record.ID.Fold()
		if line, dup := seen[fold]; dup && fold != "" {
			r.Report(n.At("id"), "version %q is given twice (letter case does not count), first in line %d", v.Record.ID, line)
			return
		}
		seen[fold] = n.Line
		s.Versions = append(s.Versions, v)
	})
}

func (r *reader) catalogueVersion(n node, scheme standard.Scheme, v *CatalogueVersion) bool {
	rec := &v.Record
	ok := r.Mapping(n, "version",
		strictyaml.Required("id", into(r, &rec.ID, standard.ParseVersionID)),
		strictyaml.Optional("label", textInto(r, &rec.Label)),
		strictyaml.Optional("released", into(r, &rec.Released, standard.ParseDay)),
		strictyaml.Optional("effective", into(r, &rec.Effective, standard.ParseDay)),
		strictyaml.Optional("sequence", into(r, &rec.Sequence, parseSequence)),
		strictyaml.Optional("prerelease", into(r, &rec.Prerelease, parseBool)),
		strictyaml.Optional("notes", texts(r, &rec.Notes)),
		strictyaml.Optional("designations", designations(r, &rec.Designations)),
		strictyaml.Optional("links", links(r, &rec.Links)),
		strictyaml.Optional("members", members(r, &rec.Members)),
		strictyaml.Optional("relations", relations(r, &rec.Relations)),
		strictyaml.Optional("steps", func(node) {}),
		strictyaml.Optional("source", into(r, &v.Source, parseURL)),
		strictyaml.Optional("verified", into(r, &v.Verified, standard.ParseDay)),
	)
	if !ok {
		return false
	}
	rec.Provenance = v.Source
	r.checkVersion(n, "id", scheme, rec.ID, rec.Sequence)
	if steps, ok := n.Field("steps"); ok && !steps.IsNull() {
		r.steps(steps, v)
	}
	return true
}
