package registry

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// CreateDraft begins a version that can still be edited. d.Version.Name and ID
// say of which; Status, Author, Created, Updated and Revision are ignored. The
// standard must exist; the files need not be uploaded yet. Errors:
// *InvalidError, *NotFoundError, *ExistsError of a draft or version.
func (r *Registry) CreateDraft(ctx context.Context, c Caller, d *standard.DraftVersion) (*standard.DraftVersion, Receipt, error) {
	n, id := d.Version.Name, d.Version.ID
	rec, err := r.cleanDraft(d)
	if err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, standard.DraftResource(n, id), func(ch *change) error {
		st := ch.Standard(n)
		switch {
		case st == nil:
			return &NotFoundError{Resource: n.Resource()}
		case ch.Draft(n, id) != nil:
			return &ExistsError{Resource: standard.DraftResource(n, id)}
		}
		if v := st.Find(id); v != nil {
			return &ExistsError{Resource: standard.VersionResource(n, v.Record.ID)}
		}
		var v violations
		_, err := st.Record.Scheme.Parse(id, max(rec.Version.Sequence, 1))
		v.cause("draft_id", err)
		if err := v.err(); err != nil {
			return err
		}
		made := *rec
		made.Status, made.Author = standard.Draft, ch.actor
		made.Created, made.Updated, made.Revision = ch.now, ch.now, ch.next()
		ch.put(&made)
		ch.log(entryOf(standard.ChangeDraftCreated, n, id), &made)
		return nil
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return orDraft(got, n, id, rec), got.receipt, nil
}

// orDraft is the draft as it is now, or, where it has gone since, as it was
// written.
func orDraft(got verdict, n standard.Name, id standard.VersionID, written *standard.DraftVersion) *standard.DraftVersion {
	if d := got.snap.Draft(n, id); d != nil {
		return d
	}
	return written
}

// draftFields are the fields of a draft that a mask may name.
func draftFields() fields[standard.DraftVersion] {
	fs := fields[standard.DraftVersion]{
		{"files", func(to, from *standard.DraftVersion) { to.Files = from.Files }},
	}
	for _, f := range versionFields {
		fs = append(fs, fields[standard.DraftVersion]{{
			"version." + f.path, func(to, from *standard.DraftVersion) { f.copy(&to.Version, &from.Version) },
		}}...)
	}
	return fs
}

// UpdateDraft changes the fields that the mask names, such as "files",
// "version.notes" or "version"; an empty mask means every field that is set,
// "*" all. An etag that is not empty must be the current one. A change that
// changes nothing is fine and is not logged; any other makes the draft a DRAFT
// again. Errors: *InvalidError, *NotFoundError, ErrEtag.
func (r *Registry) UpdateDraft(ctx context.Context, c Caller, d *standard.DraftVersion, mask []string, etag string) (*standard.DraftVersion, Receipt, error) {
	n, id := d.Version.Name, d.Version.ID
	given, err := r.cleanDraft(d)
	if err != nil {
		return nil, Receipt{}, err
	}
	edit, err := draftFields().edit("draft", given, expandMask(mask))
	if err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, standard.DraftResource(n, id), func(ch *change) error {
		old := ch.Draft(n, id)
		if old == nil {
			return &NotFoundError{Resource: standard.DraftResource(n, id)}
		}
		if err := checkEtag(etag, old.Revision); err != nil {
			return err
		}
		rec := *old
		edit(&rec)
		if reflect.DeepEqual(rec, *old) {
			return nil
		}
		rec.Status = standard.Draft
		rec.Updated, rec.Revision = ch.now, ch.next()
		countFiles(&rec)
		ch.put(&rec)
		ch.log(entryOf(standard.ChangeDraftUpdated, n, old.Version.ID), &rec)
		return nil
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return orDraft(got, n, id, given), got.receipt, nil
}

// expandMask turns "version" into all that lies below it.
func expandMask(mask []string) []string {
	var out []string
	for _, m := range mask {
		if m != "version" && m != "draft.version" {
			out = append(out, m)
			continue
		}
		for _, f := range versionFields {
			out = append(out, "version."+f.path)
		}
	}
	return out
}

// DeleteDraft throws a draft away. An etag that is not empty must be the
// current one. Errors: *NotFoundError, ErrEtag.
func (r *Registry) DeleteDraft(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, etag string) (Receipt, error) {
	got, err := r.write(ctx, c, standard.DraftResource(n, v), func(ch *change) error {
		d := ch.Draft(n, v)
		if d == nil {
			return &NotFoundError{Resource: standard.DraftResource(n, v)}
		}
		if err := checkEtag(etag, d.Revision); err != nil {
			return err
		}
		ch.deleteDraft(d, "")
		return nil
	})
	return got.receipt, err
}

func (c *change) deleteDraft(d *standard.DraftVersion, why string) {
	c.put(store.DeletedDraft{Name: d.Version.Name, Version: d.Version.ID})
	e := entryOf(standard.ChangeDraftDeleted, d.Version.Name, d.Version.ID)
	e.Detail = why
	c.log(e, nil)
}

// PublishDraft publishes a draft and ends it. An etag that is not empty must
// be the current one. Errors: those of Publish, *NotFoundError of the draft,
// ErrEtag, standard.ErrLifecycle while it is in review or rejected.
func (r *Registry) PublishDraft(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, etag string, tags []string) (Published, error) {
	for {
		d, replay, err := r.draftToPublish(ctx, c, n, v)
		if err != nil {
			return Published{}, err
		}
		if replay != nil {
			return r.published(ctx, &publication{Publication: Publication{Name: n, Version: standard.Version{ID: v}}}, *replay)
		}
		var bad violations
		pub := r.prepare(Publication{Name: n, Version: d.Version, Files: d.Files, Tags: tags}, "draft.", &bad)
		pub.draft, pub.etag = d, etag
		bad = append(bad, pub.againstCatalogue(r.replica.Snapshot())...)
		if err := bad.err(); err != nil {
			return Published{}, err
		}
		out, err := r.publish(ctx, c, pub)
		if errors.Is(err, errDraftChanged) && ctx.Err() == nil {
			continue
		}
		return out, err
	}
}

// errDraftChanged: the draft is not the one that was looked at.
var errDraftChanged = errors.New("draft changed meanwhile")

// draftToPublish finds the draft on the newest state, or the outcome of the
// same request where that has ended it already.
func (r *Registry) draftToPublish(ctx context.Context, c Caller, n standard.Name, v standard.VersionID) (*standard.DraftVersion, *verdict, error) {
	snap, err := r.newest(ctx)
	if err != nil {
		return nil, nil, err
	}
	if d := snap.Draft(n, v); d != nil {
		return d, nil, nil
	}
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	if c.RequestID != "" && !c.ValidateOnly {
		out, err := r.earlier(ctx, c.RequestID)
		if err != nil {
			return nil, nil, err
		}
		if out != nil {
			got, err := r.arrive(ctx, r.replayed(c, out))
			return nil, &got, err
		}
	}
	return nil, nil, &NotFoundError{Resource: standard.DraftResource(n, v)}
}

// checkDraft says whether the draft that is published is still the one that
// was looked at and may be published.
func (p *publication) checkDraft(c *change) error {
	if p.draft == nil {
		return nil
	}
	now := c.Draft(p.Name, p.Version.ID)
	if now == nil {
		return &NotFoundError{Resource: standard.DraftResource(p.Name, p.Version.ID)}
	}
	if err := checkEtag(p.etag, now.Revision); err != nil {
		return err
	}
	if now.Revision != p.draft.Revision {
		return errDraftChanged
	}
	if now.Status != standard.Draft && now.Status != standard.Approved {
		return fmt.Errorf("%w: %s is %v; publish what is DRAFT or APPROVED", standard.ErrLifecycle,
			standard.DraftResource(p.Name, p.Version.ID), now.Status)
	}
	return nil
}

func (p *publication) endDraft(c *change) {
	if p.draft != nil {
		c.deleteDraft(p.draft, "published")
	}
}

// cleanDraft checks a draft and gives a copy in normal form.
func (r *Registry) cleanDraft(d *standard.DraftVersion) (*standard.DraftVersion, error) {
	var v violations
	out := &standard.DraftVersion{
		Version: *cleanVersion(&d.Version, d.Version.Name),
		Files:   cleanFiles(d.Files, "draft.files", &v),
	}
	if _, err := standard.ParseName(d.Version.Name.String()); err != nil {
		v.cause("parent", err)
	}
	r.checkVersion(&v, "draft.version", &out.Version, nil)
	r.checkFiles(&v, "draft.files", out.Files)
	for i := range v {
		if v[i].Field == "version_id" {
			v[i].Field = "draft_id"
		}
	}
	countFiles(out)
	return out, v.err()
}

func countFiles(d *standard.DraftVersion) {
	d.Files = slices.Clone(d.Files)
	slices.SortFunc(d.Files, func(a, b standard.File) int { return strings.Compare(a.Path, b.Path) })
	d.Version.FileCount, d.Version.TotalBytes = len(d.Files), 0
	for _, f := range d.Files {
		d.Version.TotalBytes += f.Size
	}
}
