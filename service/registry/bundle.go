package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

const (
	// maxBundleRefs bounds what a bundle is asked for, maxBundleStandards what
	// that leads to.
	maxBundleRefs      = 1000
	maxBundleStandards = 10_000
)

// BundleRequest says what a bundle is for.
type BundleRequest struct {
	// Refs are references to standards ("iso/iso-9001") and to exact versions
	// ("iso/iso-9001@2015"): 1 to 1,000.
	Refs []string
	// WithFiles puts in the files of the versions in Refs.
	WithFiles bool
}

// ExportBundle writes a bundle of what the references need, as the reading
// shows it: with it every question about a standard in the bundle has the
// answer that the registry would give. The same references at the same
// revision give the same bytes. Errors, all before the first byte is written:
// *InvalidError, *LimitError, *NotFoundError that names all that is not there.
func (r *Registry) ExportBundle(ctx context.Context, w io.Writer, at Reading, req BundleRequest) error {
	asked, err := bundleRefs(at.Snapshot, req.Refs)
	if err != nil {
		return err
	}
	c, err := closureOf(ctx, at.Snapshot, asked.names, maxBundleStandards)
	if err != nil {
		return err
	}
	info, err := r.bundleInfo(ctx, at.Snapshot, c)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	info.Refs, info.Files = asked.refs, req.WithFiles
	meta, err := r.store.Meta(ctx)
	if err != nil {
		return fmt.Errorf("bundle: %w", unavailable(err))
	}
	to, err := bundle.NewWriter(w, info, meta)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	if err := r.bundleBlobs(ctx, to, c, asked, req.WithFiles); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	if err := c.records(to, at.Snapshot, meta); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	if err := to.Close(); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	return nil
}

// askedFor is what a bundle was asked for, once each.
type askedFor struct {
	refs     []string // as the registry writes them, sorted
	names    []standard.Name
	versions []*standard.Version
}

// bundleRefs reads the references and finds what they name.
func bundleRefs(view *replica.Snapshot, refs []string) (askedFor, error) {
	var bad violations
	switch {
	case len(refs) == 0:
		bad.add("refs", "name at least one standard")
	default:
		bad.limit("refs", "bundle_refs", int64(len(refs)), maxBundleRefs)
	}
	if err := bad.err(); err != nil {
		return askedFor{}, err
	}
	found := map[string]*standard.Version{}
	names := map[standard.Name]struct{}{}
	missing := map[string]struct{}{}
	for i, text := range refs {
		field := fmt.Sprintf("refs[%d]", i)
		ref, err := standard.ParseRef(strings.TrimSpace(text))
		if err != nil {
			bad.cause(field, err)
			continue
		}
		st := view.Standard(ref.Name)
		switch {
		case ref.Member != "" || ref.Selector.Kind != standard.SelectDefault && ref.Selector.Kind != standard.SelectText:
			bad.add(field, "%s is neither a standard nor an exact version; resolve it first", clip(text))
		case st == nil:
			missing[ref.Name.Resource()] = struct{}{}
		case ref.Selector.Kind == standard.SelectDefault:
			found[ref.Name.String()], names[ref.Name] = nil, struct{}{}
		default:
			v := st.Find(standard.VersionID(ref.Selector.Text))
			if v == nil {
				missing[standard.VersionResource(ref.Name, standard.VersionID(ref.Selector.Text))] = struct{}{}
				continue
			}
			found[ref.Name.String()+"@"+string(v.Record.ID)], names[ref.Name] = v.Record, struct{}{}
		}
	}
	if err := bad.err(); err != nil {
		return askedFor{}, err
	}
	if all := slices.Sorted(maps.Keys(missing)); len(all) > 0 {
		return askedFor{}, &NotFoundError{Resource: all[0], Others: all[1:]}
	}
	out := askedFor{refs: slices.Sorted(maps.Keys(found)), names: slices.SortedFunc(maps.Keys(names), compareNames)}
	for _, ref := range out.refs {
		if v := found[ref]; v != nil {
			out.versions = append(out.versions, v)
		}
	}
	return out, nil
}

func compareNames(a, b standard.Name) int {
	return cmp.Or(cmp.Compare(a.Authority, b.Authority), cmp.Compare(a.Standard, b.Standard))
}

func (r *Registry) bundleInfo(ctx context.Context, snap *replica.Snapshot, c *closure) (bundle.Info, error) {
	rev := snap.Revision()
	last, err := r.entries(ctx, snap, rev-1, 1)
	if err != nil {
		return bundle.Info{}, err
	}
	if len(last) != 1 {
		return bundle.Info{}, fmt.Errorf("%w: no entry %d in the log", store.ErrCorrupt, rev)
	}
	info := bundle.Info{BaseIRI: r.cfg.BaseIRI, Revision: rev, RevisionTime: last[0].Time, Standards: len(c.standards)}
	for _, st := range c.standards {
		info.Versions += len(st.Versions)
	}
	return info, nil
}

// bundleBlobs writes the manifest of every version, and the files of those
// that were named where they are wanted.
func (r *Registry) bundleBlobs(ctx context.Context, to *bundle.Writer, c *closure, asked askedFor, withFiles bool) error {
	manifests := map[standard.Digest]struct{}{}
	for _, st := range c.standards {
		for _, v := range st.Versions {
			manifests[v.Record.Digest] = struct{}{}
		}
	}
	for _, d := range sortedDigests(manifests) {
		b, err := r.readBlob(ctx, d, maxManifest)
		if err != nil {
			return fmt.Errorf("manifest %s: %w", d, err)
		}
		if err := to.Manifest(d, b); err != nil {
			return err
		}
	}
	if !withFiles {
		return nil
	}
	files := map[standard.Digest]struct{}{}
	for _, v := range asked.versions {
		m, err := r.Manifest(ctx, v.Digest)
		if err != nil {
			return err
		}
		for _, f := range m.Files {
			if _, twice := manifests[f.Digest]; !twice {
				files[f.Digest] = struct{}{}
			}
		}
	}
	return r.bundleFiles(ctx, to, sortedDigests(files))
}

// bundleFiles writes files, then what stands for those that were redacted.
func (r *Registry) bundleFiles(ctx context.Context, to *bundle.Writer, files []standard.Digest) error {
	var gone []store.BlobInfo
	for _, d := range files {
		info, err := r.bundleFile(ctx, to, d)
		var redacted *store.RedactedError
		switch {
		case errors.As(err, &redacted):
			gone = append(gone, info)
		case err != nil:
			return fmt.Errorf("file %s: %w", d, err)
		}
	}
	for _, info := range gone {
		if err := to.Redacted(info.Digest, bundle.Redaction{Size: info.Size, Reason: info.Redacted}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) bundleFile(ctx context.Context, to *bundle.Writer, d standard.Digest) (store.BlobInfo, error) {
	rc, info, err := r.openBlob(ctx, d)
	if err != nil {
		return info, err
	}
	defer rc.Close()
	return info, to.Blob(d, info.Size, rc)
}

// records writes the records of the closure in the order of their keys, which
// is that of their kinds: authority, designation, meta, standard, status,
// version.
func (c *closure) records(to *bundle.Writer, snap *replica.Snapshot, meta store.Meta) error {
	for _, id := range c.authorities(snap) {
		if err := to.Record(snap.Authority(id)); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.claims)) {
		if err := to.Record(c.claims[key]); err != nil {
			return err
		}
	}
	if err := to.Meta(meta); err != nil {
		return err
	}
	for _, st := range c.sorted("") {
		if err := to.Record(st.Record); err != nil {
			return err
		}
	}
	sorted := c.sorted("/")
	for _, st := range sorted {
		for _, v := range sortedVersions(st, "/") {
			for _, step := range v.Steps {
				if err := to.Record(step); err != nil {
					return err
				}
			}
		}
	}
	for _, st := range sorted {
		for _, v := range sortedVersions(st, "") {
			if err := to.Record(v.Record); err != nil {
				return err
			}
		}
	}
	return nil
}

// sorted gives the standards in the order of keys in which the name is followed
// by a text: "/" sorts after "-".
func (c *closure) sorted(next string) []*resolve.Standard {
	return slices.SortedFunc(maps.Values(c.standards), func(a, b *resolve.Standard) int {
		return cmp.Compare(a.Record.Name.String()+next, b.Record.Name.String()+next)
	})
}

// sortedVersions gives the versions of a standard as sorted does.
func sortedVersions(st *resolve.Standard, next string) []*resolve.Version {
	return slices.SortedFunc(slices.Values(st.Versions), func(a, b *resolve.Version) int {
		return cmp.Compare(a.Record.ID.Fold()+next, b.Record.ID.Fold()+next)
	})
}

// authorities are those of the standards, and what they are parts of.
func (c *closure) authorities(snap *replica.Snapshot) []standard.AuthorityID {
	ids := map[standard.AuthorityID]struct{}{}
	for n := range c.standards {
		for id := n.Authority; id != ""; {
			_, seen := ids[id]
			a := snap.Authority(id)
			if seen || a == nil {
				break
			}
			ids[id] = struct{}{}
			id = a.Parent
		}
	}
	return slices.Sorted(maps.Keys(ids))
}
