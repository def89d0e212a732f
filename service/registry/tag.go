package registry

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// SetTag lets a tag name a version from a time on, zero: from now. A tag that
// names it already by then changes nothing. Errors: *InvalidError,
// *NotFoundError, *ConflictError where a version has the tag as its id.
func (r *Registry) SetTag(ctx context.Context, c Caller, n standard.Name, tag string, v standard.VersionID, effective time.Time) (*resolve.Standard, Receipt, error) {
	var bad violations
	bad.cause("tag", standard.CheckSettableTag(tag))
	if v == "" {
		bad.add("version", "is missing; to end a tag, remove it")
	}
	if err := bad.err(); err != nil {
		return nil, Receipt{}, err
	}
	return r.changeTag(ctx, c, n, func(ch *change, st *resolve.Standard) error {
		ver := st.Find(v)
		if ver == nil {
			return &NotFoundError{Resource: standard.VersionResource(n, v)}
		}
		if err := checkTagFree(st, "tag", tag); err != nil {
			return err
		}
		rec := *st.Record
		if !ch.tag(&rec, tag, ver.Record.ID, effective) {
			return nil
		}
		ch.logTag(standard.ChangeTagSet, &rec, tag, ver, effective)
		return nil
	})
}

// RemoveTag ends a tag from a time on, zero: from now. What it named before
// stays on record. Errors: *InvalidError, *NotFoundError.
func (r *Registry) RemoveTag(ctx context.Context, c Caller, n standard.Name, tag string, effective time.Time) (*resolve.Standard, Receipt, error) {
	var bad violations
	bad.cause("tag", standard.CheckSettableTag(tag))
	if err := bad.err(); err != nil {
		return nil, Receipt{}, err
	}
	return r.changeTag(ctx, c, n, func(ch *change, st *resolve.Standard) error {
		if !slices.ContainsFunc(st.Record.Tags, func(t standard.TagChange) bool { return t.Tag == tag }) {
			return &NotFoundError{Resource: "tag " + tag + " of " + n.Resource()}
		}
		rec := *st.Record
		if !ch.tag(&rec, tag, "", effective) {
			return nil
		}
		ch.logTag(standard.ChangeTagRemoved, &rec, tag, nil, effective)
		return nil
	})
}

func (r *Registry) changeTag(ctx context.Context, c Caller, n standard.Name, edit func(*change, *resolve.Standard) error) (*resolve.Standard, Receipt, error) {
	got, err := r.write(ctx, c, n.Resource(), func(ch *change) error {
		st := ch.Standard(n)
		if st == nil {
			return &NotFoundError{Resource: n.Resource()}
		}
		return edit(ch, st)
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Standard(n), got.receipt, nil
}

// tag appends a change of tag to a copy of a standard's record; false: the tag
// is like that already at that time, and nothing later says otherwise.
func (c *change) tag(rec *standard.Standard, tag string, v standard.VersionID, effective time.Time) bool {
	at := orTime(effective, c.now)
	if now, _ := standard.TagAt(rec.Tags, tag, at, time.Time{}); now == v && standard.NextTagChange(rec.Tags, tag, at, time.Time{}).IsZero() {
		return false
	}
	rec.Tags = append(slices.Clip(slices.Clone(rec.Tags)), standard.TagChange{Tag: tag, Version: v, Effective: at, Recorded: c.now})
	return true
}

func (c *change) logTag(t standard.ChangeType, rec *standard.Standard, tag string, v *resolve.Version, effective time.Time) {
	rec.Updated, rec.Revision = c.now, c.next()
	e := entryOf(t, rec.Name, "")
	e.Detail, e.Effective = tag, effective
	if v != nil {
		e.Version, e.Digest = v.Record.ID, v.Record.Digest
	}
	c.put(rec)
	c.log(e, rec)
}

// checkTagFree refuses a tag that reads like the id of a version.
func checkTagFree(st *resolve.Standard, field, tag string) error {
	if v := st.Find(standard.VersionID(tag)); v != nil {
		return &ConflictError{Field: field, What: "tag " + tag, Holder: standard.VersionResource(st.Record.Name, v.Record.ID), Hint: "a tag can't be the id of a version"}
	}
	return nil
}

// checkIDFree refuses a version id that reads like a tag that is or was.
func checkIDFree(st *resolve.Standard, id standard.VersionID) error {
	for _, t := range st.Record.Tags {
		if strings.EqualFold(t.Tag, string(id)) {
			return &ConflictError{Field: "version_id", What: "id " + string(id), Holder: "tag " + t.Tag + " of " + st.Record.Name.Resource(), Hint: "a version can't have the name of a tag"}
		}
	}
	return nil
}
