package release

import (
	"github.com/etalon-registry/etalon/service/standard"
)

// Parse reads the manifest of a directory. The error is a Problems with every
// problem and its line.
func Parse(data []byte) (*Release, error) {
	r := &reader{}
	rel := r.release(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	return rel, nil
}

func (r *reader) release(data []byte) *Release {
	doc, ok := r.document(data, FileName)
	if !ok {
		return nil
	}
	rel := &Release{AllFiles: true}
	ok = r.mapping(doc, "release", append(r.standardFields(rel), r.versionFields(rel)...)...)
	if ok {
		r.checkRelease(doc, rel)
	}
	return rel
}

// standardFields are those that describe the undated standard. Only a new
// standard needs its title, kind and scheme, which is for the registry to say.
func (r *reader) standardFields(rel *Release) []field {
	return []field{
		{"name", true, into(r, &rel.Name, standard.ParseName)},
		{"title", false, texts(r, &rel.Titles)},
		{"description", false, texts(r, &rel.Descriptions)},
		{"kind", false, into(r, &rel.Kind, standard.ParseKind)},
		{"scheme", false, into(r, &rel.Scheme, standard.ParseScheme)},
		{"sectors", false, listInto(r, &rel.Sectors, parseSector)},
		{"steward", false, textInto(r, &rel.Steward)},
		{"licence", false, textInto(r, &rel.Licence)},
		{"access", false, into(r, &rel.Access, standard.ParseAccess)},
		{"homepage", false, into(r, &rel.Homepage, parseURL)},
		{"standard-designations", false, designations(r, &rel.StandardDesignations)},
	}
}

// versionFields are those of the version that the directory holds.
func (r *reader) versionFields(rel *Release) []field {
	return []field{
		{"version", true, into(r, &rel.Version, standard.ParseVersionID)},
		{"label", false, textInto(r, &rel.Label)},
		{"released", false, into(r, &rel.Released, standard.ParseDay)},
		{"effective", false, into(r, &rel.Effective, standard.ParseDay)},
		{"sequence", false, into(r, &rel.Sequence, parseSequence)},
		{"prerelease", false, into(r, &rel.Prerelease, parseBool)},
		{"notes", false, texts(r, &rel.Notes)},
		{"tags", false, listInto(r, &rel.Tags, parseTag)},
		{"designations", false, designations(r, &rel.Designations)},
		{"files", false, r.fileRules(rel)},
		{"links", false, links(r, &rel.Links)},
		{"members", false, members(r, &rel.Members)},
		{"relations", false, relations(r, &rel.Relations)},
	}
}

// fileRules reads which files belong to the release.
func (r *reader) fileRules(rel *Release) func(node) {
	return func(n node) {
		rel.AllFiles = false
		r.list(n, func(n node) {
			rule := FileRule{Line: n.Line}
			ok := r.mapping(n, "file",
				field{"path", false, into(r, &rule.Path, parsePath)},
				field{"glob", false, into(r, &rule.Glob, parseGlob)},
				field{"media-type", false, into(r, &rule.MediaType, parseMediaType)},
				field{"role", false, into(r, &rule.Role, standard.ParseRole)},
			)
			if ok && hasField(n, "path") == hasField(n, "glob") {
				r.report(n, `wants one of "path" and "glob"`)
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
			r.report(r.at(doc, "tags"), "tag %q (%d) equals the version; a tag needs a name of its own", tag, i+1)
		}
	}
}

// checkVersion checks a version and its sequence number against the scheme.
func (r *reader) checkVersion(n node, idField string, s standard.Scheme, id standard.VersionID, seq uint64) {
	if s == standard.SchemeUnspecified {
		return
	}
	if s != standard.Declared && seq != 0 {
		r.report(r.at(n, "sequence"), "goes with the scheme DECLARED alone; %s orders by the version", s)
	}
	if s == standard.Declared && seq == 0 {
		if !hasField(n, "sequence") {
			r.report(n, `field "sequence" is missing; the scheme DECLARED orders by it`)
		}
		return
	}
	if id == "" {
		return
	}
	if err := s.Check(id, seq); err != nil {
		r.report(r.at(n, idField), "%s", plain(err))
	}
}

// at is the value of a field of the mapping n; n itself where it has none.
func (r *reader) at(n node, name string) node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return node{n.Content[i+1], join(n.field, name)}
		}
	}
	return n
}

func hasField(n node, name string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}
