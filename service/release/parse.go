package release

import (
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// Parse reads the manifest of a directory. The error is a Problems with every
// problem and its line.
func Parse(data []byte) (*Release, error) {
	r := newReader(FileName)
	rel := r.release(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	return rel, nil
}

func (r *reader) release(data []byte) *Release {
	doc, ok := r.Document(data)
	if !ok {
		return nil
	}
	rel := &Release{AllFiles: true}
	ok = r.Mapping(doc, "release", append(r.standardFields(rel), r.versionFields(rel)...)...)
	if ok {
		r.checkRelease(doc, rel)
	}
	return rel
}

// standardFields are those that describe the undated standard. Only a new
// standard needs its title, kind and scheme, which is for the registry to say.
func (r *reader) standardFields(rel *Release) []strictyaml.Field {
	return []strictyaml.Field{
		strictyaml.Required("name", into(r, &rel.Name, standard.ParseName)),
		strictyaml.Optional("title", texts(r, &rel.Titles)),
		strictyaml.Optional("description", texts(r, &rel.Descriptions)),
		strictyaml.Optional("kind", into(r, &rel.Kind, standard.ParseKind)),
		strictyaml.Optional("scheme", into(r, &rel.Scheme, standard.ParseScheme)),
		strictyaml.Optional("sectors", listInto(r, &rel.Sectors, parseSector)),
		strictyaml.Optional("steward", textInto(r, &rel.Steward)),
		strictyaml.Optional("licence", textInto(r, &rel.Licence)),
		strictyaml.Optional("access", into(r, &rel.Access, standard.ParseAccess)),
		strictyaml.Optional("homepage", into(r, &rel.Homepage, parseURL)),
		strictyaml.Optional("standard-designations", designations(r, &rel.StandardDesignations)),
	}
}

// versionFields are those of the version that the directory holds.
func (r *reader) versionFields(rel *Release) []strictyaml.Field {
	return []strictyaml.Field{
		strictyaml.Required("version", into(r, &rel.Version, standard.ParseVersionID)),
		strictyaml.Optional("label", textInto(r, &rel.Label)),
		strictyaml.Optional("released", into(r, &rel.Released, standard.ParseDay)),
		strictyaml.Optional("effective", into(r, &rel.Effective, standard.ParseDay)),
		strictyaml.Optional("sequence", into(r, &rel.Sequence, parseSequence)),
		strictyaml.Optional("prerelease", into(r, &rel.Prerelease, parseBool)),
		strictyaml.Optional("notes", texts(r, &rel.Notes)),
		strictyaml.Optional("tags", listInto(r, &rel.Tags, parseTag)),
		strictyaml.Optional("designations", designations(r, &rel.Designations)),
		strictyaml.Optional("files", r.fileRules(rel)),
		strictyaml.Optional("links", links(r, &rel.Links)),
		strictyaml.Optional("members", members(r, &rel.Members)),
		strictyaml.Optional("relations", relations(r, &rel.Relations)),
	}
}

// fileRules reads which files belong to the release.
func (r *reader) fileRules(rel *Release) func(node) {
	return func(n node) {
		rel.AllFiles = false
		r.List(n, func(n node) {
			rule := FileRule{Line: n.Line}
			ok := r.Mapping(n, "file",
				strictyaml.Optional("path", into(r, &rule.Path, parsePath)),
				strictyaml.Optional("glob", into(r, &rule.Glob, parseGlob)),
				strictyaml.Optional("media-type", into(r, &rule.MediaType, parseMediaType)),
				strictyaml.Optional("role", into(r, &rule.Role, standard.ParseRole)),
			)
			if ok && n.Has("path") == n.Has("glob") {
				r.Report(n, `wants one of "path" and "glob"`)
			}
			rel.Files = append(rel.Files, rule)
		})
	}
}

// checkRelease checks what concerns more than one field.
func (r *reader) checkRelease(doc node, rel *Release) {
	r.checkVersion(doc, "version", rel.Scheme, rel.Version, rel.Sequence)
	for i, tag := range rel.Tags {
		if sameID(tag, string(rel.Version)) {
			r.Report(doc.At("tags"), "tag %q (%d) equals the version; a tag needs a name of its own", tag, i+1)
		}
	}
}

// checkVersion checks a version and its sequence number against the scheme.
func (r *reader) checkVersion(n node, idField string, s standard.Scheme, id standard.VersionID, seq uint64) {
	if s == standard.SchemeUnspecified {
		return
	}
	if s != standard.Declared && seq != 0 {
		r.Report(n.At("sequence"), "goes with the scheme DECLARED alone; %s orders by the version", s)
	}
	if s == standard.Declared && seq == 0 {
		if !n.Has("sequence") {
			r.Report(n, `field "sequence" is missing; the scheme DECLARED orders by it`)
		}
		return
	}
	if id == "" {
		return
	}
	if err := s.Check(id, seq); err != nil {
		r.Report(n.At(idField), "%s", plain(err))
	}
}
