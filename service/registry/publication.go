package registry

import (
	"slices"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Publication is a whole release.
type Publication struct {
	Name standard.Name
	// Version is what is to be published. ID is required; Name, Digest,
	// Recorded, FileCount, TotalBytes and Revision are ignored, and so are the
	// times of relations.
	Version standard.Version
	Files   []standard.File
	// Standard describes the standard for when it is new, which needs Kind and
	// Scheme; its Name and Tags are ignored. nil: it is not new.
	Standard *standard.Standard
	Tags     []string // to set to this version once it is published
}

// Limits of one publication beside the configured ones. They keep it within
// one transaction.
const (
	maxTags         = 8
	maxDesignations = 96 // of version and new standard together
)

// publication is one that was checked as far as that goes without a
// catalogue, in normal form.
type publication struct {
	Publication
	manifest  *standard.Manifest
	canonical []byte
	digest    standard.Digest
	draft     *standard.DraftVersion // it comes from; nil: none
	etag      string                 // of the draft; empty: not asked for
	sweeps    uint64                 // at which its blobs were seen whole
	swept     uint64                 // as the latest evaluation found
	longest   int64                  // name of a new standard, in bytes
	// carried: the manifest goes in with the version rather than before it.
	carried bool
	// differing are the fields in which the standard described differs from
	// the record compared.
	compared  *standard.Standard
	differing []string
	// result of the latest evaluation
	already, created bool
	warnings         []string
}

// prepare puts a publication into normal form and reports all that is wrong
// with it in itself. at is where its version is in the request: "" or
// "draft.".
func (r *Registry) prepare(p Publication, at string, v *violations) *publication {
	out := &publication{Publication: p, longest: r.limits.NameBytes}
	out.Version = *cleanVersion(&p.Version, p.Name)
	out.Files = cleanFiles(p.Files, at+"files", v)
	if p.Standard != nil {
		out.Standard = cleanStandard(p.Standard)
		out.Standard.Name, out.Standard.Tags = p.Name, nil
	}
	if _, err := standard.ParseName(p.Name.String()); err != nil {
		v.cause("parent", err)
	}
	r.checkVersion(v, at+"version", &out.Version, out.Standard)
	r.checkFiles(v, at+"files", out.Files)
	r.checkTags(v, p.Tags, out.Version.ID)
	for _, f := range out.Files {
		out.Version.TotalBytes += f.Size
	}
	out.Version.FileCount = len(out.Files)
	if len(*v) > 0 {
		return out
	}
	out.seal(r.limits, at, v)
	return out
}

// seal makes the canonical manifest. Whatever Manifest.Check still finds is
// reported, so that no version has a manifest that can't be read back.
func (p *publication) seal(l Limits, at string, v *violations) {
	p.manifest = &standard.Manifest{
		Name: p.Name, Version: p.Version.ID, Files: p.Files, Links: p.Version.Links, Members: p.Version.Members,
	}
	for _, err := range p.manifest.Check() {
		v.cause(at+"version", err)
	}
	p.canonical = p.manifest.Canonical()
	v.limit(at+"files", "manifest_bytes", int64(len(p.canonical)), l.ManifestBytes)
	p.digest = standard.DigestOf(p.canonical)
	p.Version.Digest = p.digest
	p.carried = len(p.canonical) <= store.MaxSmallBlob
}

// cleanVersion is a copy in normal form, without what the registry sets.
func cleanVersion(v *standard.Version, n standard.Name) *standard.Version {
	return &standard.Version{
		Name: n, ID: v.ID, Label: v.Label,
		Released: v.Released, Effective: v.Effective,
		Sequence: v.Sequence, Prerelease: v.Prerelease,
		Notes:        cleanTexts(v.Notes),
		Designations: slices.Clone(v.Designations),
		Relations:    cleanRelations(v.Relations),
		Links:        slices.Clone(v.Links),
		Members:      slices.Clone(v.Members),
		Provenance:   v.Provenance,
	}
}

// cleanFiles is a sorted copy with paths in Unicode normal form.
func cleanFiles(files []standard.File, at string, v *violations) []standard.File {
	out := slices.Clone(files)
	for i := range out {
		p, err := standard.NormalPath(out[i].Path)
		if err != nil {
			v.cause(index(at, i)+".path", err)
			continue
		}
		out[i].Path = p
	}
	return out
}

// checkVersion reports what is wrong with a version in itself. s, where given,
// is the standard as the request describes it.
func (r *Registry) checkVersion(v *violations, at string, ver *standard.Version, s *standard.Standard) {
	l := r.limits
	if _, err := standard.ParseVersionID(string(ver.ID)); err != nil {
		v.cause("version_id", err)
	} else {
		checkID(v, ver.ID)
	}
	v.short(at+".label", ver.Label, l)
	v.short(at+".provenance", ver.Provenance, l)
	v.texts(at+".notes", ver.Notes, l)
	v.designations(at+".designations", ver.Designations, l)
	v.relations(at+".relations", ver.Relations, l)
	r.checkLinks(v, at+".links", ver.Links)
	r.checkMembers(v, at+".members", ver.Members)
	if s == nil {
		return
	}
	r.checkStandardText(v, s)
	v.limit(at+".designations", "designations_per_publication", int64(len(ver.Designations)+len(s.Designations)), maxDesignations)
}

// checkStandardText checks the description of a standard that may be new. Kind
// and scheme are looked at once it is known to be.
func (r *Registry) checkStandardText(v *violations, s *standard.Standard) {
	probe := *s
	if probe.Kind == standard.KindUnspecified {
		probe.Kind = standard.Specification
	}
	if probe.Scheme == standard.SchemeUnspecified {
		probe.Scheme = standard.Declared
	}
	probe.Name = standard.Name{Authority: "a", Standard: "a"}
	r.checkStandard(v, "standard", &probe)
}

// checkID refuses ids that would read as something else in a reference.
func checkID(v *violations, id standard.VersionID) {
	switch fold := id.Fold(); {
	case fold == standard.TagLatest || fold == standard.TagRecommended:
		v.add("version_id", "%q is a tag with a meaning of its own", id)
	case standard.LooksLikeRange(string(id)):
		v.add("version_id", "%q reads as a range", id)
	}
}

func (r *Registry) checkLinks(v *violations, at string, links []standard.Link) {
	v.limit(at, "links_per_version", int64(len(links)), r.limits.LinksPerVersion)
	seen := make(map[string]bool, len(links))
	for i, l := range links {
		field := index(at, i)
		if l.URL == "" {
			v.add(field+".url", "is missing")
		}
		v.address(field+".url", l.URL, r.limits)
		v.short(field+".title", l.Title, r.limits)
		v.short(field+".media_type", l.MediaType, r.limits)
		v.enum(field+".role", uint8(l.Role), uint8(standard.RoleDocumentation), false, "role")
		if seen[l.URL] {
			v.add(field+".url", "%q is there twice", clip(l.URL))
		}
		seen[l.URL] = true
	}
}

func (r *Registry) checkMembers(v *violations, at string, members []standard.Member) {
	if v.limit(at, "members_per_version", int64(len(members)), r.limits.MembersPerVersion) {
		return
	}
	seen := make(map[string]bool, len(members))
	for i, m := range members {
		field := index(at, i)
		if err := standard.CheckMember(m.ID); err != nil {
			v.cause(field+".id", err)
		} else if seen[m.ID] {
			v.add(field+".id", "%q is there twice", clip(m.ID))
		}
		seen[m.ID] = true
		v.short(field+".title", m.Title, r.limits)
		v.short(field+".kind", m.Kind, r.limits)
	}
}

func (r *Registry) checkFiles(v *violations, at string, files []standard.File) {
	l := r.limits
	if v.limit(at, "files_per_version", int64(len(files)), l.FilesPerVersion) {
		return
	}
	paths := make([]string, len(files))
	total := int64(0)
	for i, f := range files {
		field := index(at, i)
		paths[i] = f.Path
		switch {
		case f.Size < 0:
			v.add(field+".size_bytes", "%d is negative", f.Size)
		case !v.limit(field+".size_bytes", "blob_bytes", f.Size, l.BlobBytes):
			total += f.Size
		}
		if f.Digest.IsZero() {
			v.add(field+".digest", "is missing")
		}
		v.limit(field+".path", "path_bytes", int64(len(f.Path)), l.PathBytes)
		v.short(field+".media_type", f.MediaType, l)
		v.enum(field+".role", uint8(f.Role), uint8(standard.RoleDocumentation), false, "role")
	}
	v.limit(at, "release_bytes", total, l.ReleaseBytes)
	for _, bad := range standard.CheckPathsMax(paths, maxPathBytes) {
		if _, err := standard.NormalPath(paths[bad.Index]); err != nil {
			continue // reported when it was put into normal form
		}
		v.cause(index(at, bad.Index)+".path", bad.Err)
	}
}

// maxPathBytes turns the length check of CheckPathsMax off: the limit is
// reported as such.
const maxPathBytes = 1 << 30

func (r *Registry) checkTags(v *violations, tags []string, id standard.VersionID) {
	v.limit("tags", "tags_per_publication", int64(len(tags)), maxTags)
	for i, t := range tags {
		field := index("tags", i)
		v.cause(field, standard.CheckSettableTag(t))
		if slices.Contains(tags[:i], t) {
			v.add(field, "%q is there twice", t)
		}
		if standard.VersionID(t).Fold() == id.Fold() {
			v.add(field, "%q is the id of the version itself", t)
		}
	}
}

// unknownTargets says which relations lead nowhere as far as the registry
// knows. That is allowed, for the target may come later.
func unknownTargets(c *change, rs []standard.Relation) []string {
	var notes []string
	for _, r := range rs {
		if !knownTarget(c, r.Target) {
			notes = append(notes, "relation "+r.Type.String()+" to "+clip(r.Target)+": the target is not known here")
		}
	}
	return notes
}

func knownTarget(c *change, target string) bool {
	if compiled, err := resolve.Parse(target); err == nil {
		if ref, ok := compiled.Ref(); ok {
			if st := c.Standard(ref.Name); st != nil {
				return ref.Selector.Kind != standard.SelectText || st.Find(standard.VersionID(ref.Selector.Text)) != nil
			}
			if ref.Prefixed {
				return false
			}
		}
	}
	return c.Snapshot.Designation(designation.Key(target)) != nil
}
