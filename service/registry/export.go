package registry

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// exportTries is how often an export begins anew when drafts were changed
// while the catalogue was read.
const exportTries = 10

// Export writes the whole registry as it is at one revision, as the tar
// archive of docs/export-format.md: records and log verbatim, and the blobs
// unless they are left out. The same registry at the same revision gives the
// same bytes, wherever it is stored.
func (r *Registry) Export(ctx context.Context, w io.Writer, withBlobs bool) error {
	state, err := r.freeze(ctx)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer state.pairs.close()
	aw := &archiveWriter{tar: tar.NewWriter(w)}
	meta, err := r.store.Meta(ctx)
	if err != nil {
		return fmt.Errorf("export: %w", unavailable(err))
	}
	if err := aw.json(nameRegistry, archiveHead{Format: archiveFormat, RegistryID: meta.RegistryID, Blobs: withBlobs}); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if withBlobs {
		if err := r.exportBlobs(ctx, aw, state); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := aw.catalogue(state); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := aw.tar.Close(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// frozen is the registry at one revision.
type frozen struct {
	head      store.Head
	pairs     *spool
	manifests []standard.Digest // sorted
	files     []standard.Digest // sorted; of drafts only, so far
}

// freeze dumps the catalogue and finds the blobs that belong to it. Versions
// are never removed, so those of the dump are found in any later snapshot by
// their revision. Drafts come and go; where the log has one between the
// snapshot and the dump, both are taken anew.
func (r *Registry) freeze(ctx context.Context) (*frozen, error) {
	for range exportTries {
		before, err := r.newest(ctx)
		if err != nil {
			return nil, err
		}
		f := &frozen{}
		if f.pairs, err = newSpool(); err != nil {
			return nil, err
		}
		again, err := r.dump(ctx, f, before)
		if err == nil && !again {
			return f, nil
		}
		f.pairs.close()
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: drafts are changed all the time", ErrBusy)
}

func (r *Registry) dump(ctx context.Context, f *frozen, before *replica.Snapshot) (again bool, err error) {
	if f.head, err = r.store.Dump(ctx, f.pairs.add); err != nil {
		return false, unavailable(err)
	}
	after, err := r.replica.WaitFor(ctx, f.head.Index)
	if err != nil {
		return false, unavailable(err)
	}
	if before.Revision() > f.head.Index {
		return true, nil
	}
	for at := before.Revision(); at < f.head.Index; {
		es, err := r.entries(ctx, after, at, 1000)
		if err != nil {
			return false, err
		}
		for _, e := range es {
			if e.Index <= f.head.Index && e.Type.Draft() {
				return true, nil
			}
			at = e.Index
		}
	}
	manifests, files := make(map[standard.Digest]struct{}), make(map[standard.Digest]struct{})
	for st := range after.Standards("") {
		for _, v := range st.Versions {
			if v.Record.Revision <= f.head.Index {
				manifests[v.Record.Digest] = struct{}{}
			}
		}
	}
	for d := range before.Drafts(standard.Name{}) {
		for _, file := range d.Files {
			files[file.Digest] = struct{}{}
		}
	}
	f.manifests, f.files = sortedDigests(manifests), sortedDigests(files)
	return false, nil
}

func sortedDigests(set map[standard.Digest]struct{}) []standard.Digest {
	return slices.SortedFunc(maps.Keys(set), func(a, b standard.Digest) int { return bytes.Compare(a[:], b[:]) })
}

// exportBlobs writes the manifests, then the files that they and the drafts
// list, then what was redacted of them. Files of drafts need not be uploaded
// yet.
func (r *Registry) exportBlobs(ctx context.Context, aw *archiveWriter, state *frozen) error {
	needed := make(map[standard.Digest]struct{})
	for _, d := range state.manifests {
		b, err := r.readBlob(ctx, d, maxManifest)
		if err != nil {
			return fmt.Errorf("manifest %s: %w", d, err)
		}
		m, err := standard.ParseManifest(b)
		if err != nil {
			return fmt.Errorf("%w: manifest %s: %w", store.ErrCorrupt, d, err)
		}
		for _, f := range m.Files {
			needed[f.Digest] = struct{}{}
		}
		aw.end.Manifests++
		if err := aw.file(dirManifests+d.Hex(), int64(len(b)), bytes.NewReader(b)); err != nil {
			return err
		}
	}
	all := make(map[standard.Digest]struct{}, len(needed)+len(state.files))
	maps.Copy(all, needed)
	for _, d := range state.files {
		all[d] = struct{}{}
	}
	var gone []store.BlobInfo
	for _, d := range sortedDigests(all) {
		info, err := r.exportBlob(ctx, aw, d)
		var redacted *store.RedactedError
		switch {
		case errors.As(err, &redacted):
			gone = append(gone, info)
		case errors.Is(err, store.ErrNotFound):
			if _, of := needed[d]; of {
				return fmt.Errorf("%w: blob %s of a version is missing", store.ErrCorrupt, d)
			}
		case err != nil:
			return err
		}
	}
	for _, info := range gone {
		aw.end.Redacted++
		if err := aw.json(dirRedacted+info.Digest.Hex(), redaction{info.Size, info.Redacted}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) exportBlob(ctx context.Context, aw *archiveWriter, d standard.Digest) (store.BlobInfo, error) {
	rc, info, err := r.openBlob(ctx, d)
	if err != nil {
		return info, err
	}
	defer rc.Close()
	aw.end.Blobs++
	aw.end.BlobBytes += info.Size
	return info, aw.file(dirBlobs+d.Hex(), info.Size, rc)
}

// openBlob opens a blob. The error is a *store.RedactedError, with what is still
// known of the blob, where its bytes were taken away.
func (r *Registry) openBlob(ctx context.Context, d standard.Digest) (io.ReadCloser, store.BlobInfo, error) {
	rc, info, err := r.store.Open(ctx, d, 0)
	var redacted *store.RedactedError
	if errors.As(err, &redacted) {
		infos, serr := r.store.Stat(ctx, []standard.Digest{d})
		if serr != nil {
			return nil, info, unavailable(serr)
		}
		return nil, infos[0], err
	}
	if err != nil {
		return nil, info, unavailable(err)
	}
	return rc, info, nil
}

// catalogue writes the chunks and the end.
func (w *archiveWriter) catalogue(state *frozen) error {
	from, err := state.pairs.rewind()
	if err != nil {
		return err
	}
	for i, size := range state.pairs.chunks() {
		if err := w.file(fmt.Sprintf("%s%08d", dirCatalogue, i+1), size, io.LimitReader(from, size)); err != nil {
			return err
		}
	}
	w.end.Pairs, w.end.Revision, w.end.Catalogue = state.pairs.pairs, uint64(state.head.Index), state.pairs.digest()
	return w.json(nameEnd, w.end)
}
