package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Published says what was published.
type Published struct {
	Version         *resolve.Version
	Already         bool     // it was there, with the same content
	StandardCreated bool     // by this
	Warnings        []string // plain sentences; not kept for a repeated request id
	Receipt         Receipt
}

// Publish publishes a version in one go: the standard is created where it is
// new, the authority never. The same content again is fine and changes
// nothing. Errors: *InvalidError with all that is wrong, *NotFoundError of the
// authority, *MissingBlobsError, *ExistsError with both digests,
// *ConflictError with the holder.
func (r *Registry) Publish(ctx context.Context, c Caller, p Publication) (Published, error) {
	var v violations
	pub := r.prepare(p, "", &v)
	v = append(v, pub.againstCatalogue(r.replica.Snapshot())...)
	if err := v.err(); err != nil {
		return Published{}, err
	}
	return r.publish(ctx, c, pub)
}

// errLookAgain sends a publication back: a sweep came between, or its draft
// was changed.
var errLookAgain = errors.New("look again")

// publish sees that the blobs are whole and writes the version, as often as
// sweeps come between.
func (r *Registry) publish(ctx context.Context, c Caller, pub *publication) (Published, error) {
	subject := standard.VersionResource(pub.Name, pub.Version.ID)
	for {
		// What is there already needs no blobs: some may have been redacted.
		if !pub.isThere(r.replica.Snapshot()) {
			if err := r.makeWhole(ctx, c, pub); err != nil {
				return Published{}, err
			}
		}
		got, err := r.write(ctx, c, subject, pub.evaluate)
		if errors.Is(err, errLookAgain) && ctx.Err() == nil {
			continue
		}
		if errors.Is(err, store.ErrExists) && pub.carried {
			// The manifest is there already, left by an earlier attempt. Putting
			// it the other way restarts its grace period.
			pub.carried = false
			continue
		}
		if err != nil {
			return Published{}, err
		}
		return r.published(ctx, pub, got)
	}
}

func (p *publication) isThere(snap *replica.Snapshot) bool {
	st := snap.Standard(p.Name)
	if st == nil {
		return false
	}
	v := st.Find(p.Version.ID)
	return v != nil && v.Record.Digest == p.digest
}

// published is the answer to a publication.
func (r *Registry) published(ctx context.Context, pub *publication, got verdict) (Published, error) {
	st := got.snap.Standard(pub.Name)
	if st == nil || st.Find(pub.Version.ID) == nil {
		return Published{}, &NotFoundError{Resource: standard.VersionResource(pub.Name, pub.Version.ID)}
	}
	out := Published{Version: st.Find(pub.Version.ID), Receipt: got.receipt}
	if got.replay == nil {
		out.Already, out.StandardCreated, out.Warnings = pub.already, pub.created, pub.warnings
		return out, nil
	}
	// The outcome does not say whether the standard was new, the log does: the
	// entry before has it.
	out.Already = got.replay.Already
	rev := out.Version.Record.Revision
	if out.Already || rev < 2 {
		return out, nil
	}
	es, err := r.entries(ctx, got.snap, rev-2, 1)
	if err != nil {
		return out, err
	}
	out.StandardCreated = len(es) == 1 && es[0].Type == standard.ChangeStandardCreated && es[0].RequestID == got.replay.RequestID
	return out, nil
}

// makeWhole sees that every file is stored whole and has the size that the
// publication says, and stores the manifest unless the commit carries it. It
// notes how often had been swept before it looked: what was whole then stays
// so until the next sweep.
func (r *Registry) makeWhole(ctx context.Context, c Caller, pub *publication) error {
	sweeps := max(r.sweeps(), pub.swept)
	ds := make([]standard.Digest, len(pub.Files))
	for i, f := range pub.Files {
		ds[i] = f.Digest
	}
	infos, err := r.stat(ctx, ds, sweeps)
	if err != nil {
		return err
	}
	var v violations
	var missing []standard.Digest
	for i, info := range infos {
		f := pub.Files[i]
		switch {
		case info.Size < 0:
			missing = append(missing, f.Digest)
		case info.Redacted != "":
			red := &store.RedactedError{Digest: f.Digest, Reason: info.Redacted}
			v.cause(index("files", i)+".digest", red)
		case info.Size != f.Size:
			v.add(index("files", i)+".size_bytes", "is %d, but the content stored under the digest has %d bytes", f.Size, info.Size)
		}
	}
	if err := v.err(); err != nil {
		return err
	}
	if len(missing) > 0 {
		return &MissingBlobsError{Digests: distinct(missing)}
	}
	pub.sweeps = sweeps
	if c.ValidateOnly || pub.carried {
		return nil
	}
	if _, there := r.whole.size(pub.digest, sweeps); there {
		return nil
	}
	return r.putBlob(ctx, pub.digest, int64(len(pub.canonical)), bytes.NewReader(pub.canonical))
}

// againstCatalogue reports, on the newest state at hand, those violations that
// only a catalogue shows, so that they are told together with the others. The
// evaluation decides.
func (p *publication) againstCatalogue(snap *replica.Snapshot) violations {
	st := snap.Standard(p.Name)
	if st == nil {
		return p.forNewStandard()
	}
	if st.Find(p.Version.ID) != nil {
		return nil
	}
	// Done here, so that the committer need not, as a rule.
	p.compared, p.differing = st.Record, differingStandard(st.Record, p.Standard)
	var v violations
	p.fits(st.Record.Scheme, &v)
	return v
}

// forNewStandard says what is missing to create the standard.
func (p *publication) forNewStandard() violations {
	var v violations
	var s standard.Standard
	if p.Standard != nil {
		s = *p.Standard
	}
	v.enum("standard.kind", uint8(s.Kind), uint8(standard.Guidance), true, "kind")
	v.enum("standard.scheme", uint8(s.Scheme), uint8(standard.Declared), true, "version scheme")
	if s.Scheme != standard.SchemeUnspecified && s.Scheme <= standard.Declared {
		p.fits(s.Scheme, &v)
	}
	return v
}

// fits says whether the version's id and sequence fit the scheme.
func (p *publication) fits(scheme standard.Scheme, v *violations) standard.Order {
	field := "version_id"
	if scheme == standard.Declared && p.Version.Sequence == 0 {
		field = "version.sequence"
	}
	if scheme != standard.Declared && p.Version.Sequence != 0 {
		v.add("version.sequence", "goes with the scheme DECLARED only, the standard has %v", scheme)
	}
	if _, err := standard.ParseVersionID(string(p.Version.ID)); err != nil {
		return standard.Order{} // reported already
	}
	o, err := scheme.Parse(p.Version.ID, p.Version.Sequence)
	v.cause(field, err)
	return o
}

// evaluate makes the change that publishes the version, or refuses.
func (p *publication) evaluate(c *change) error {
	p.already, p.created, p.warnings = false, false, nil
	if err := p.checkDraft(c); err != nil {
		return err
	}
	st := c.Standard(p.Name)
	if st != nil {
		if v := st.Find(p.Version.ID); v != nil {
			return p.again(c, st, v)
		}
	}
	if p.swept = c.sweeps; c.sweeps != p.sweeps {
		return errLookAgain
	}
	rec, err := p.standard(c, st)
	if err != nil {
		return err
	}
	ver, err := p.version(c)
	if err != nil {
		return err
	}
	return p.record(c, st, rec, ver)
}

// again answers a publication of what is there: fine with the same content.
func (p *publication) again(c *change, st *resolve.Standard, v *resolve.Version) error {
	if v.Record.Digest != p.digest {
		return &ExistsError{Resource: standard.VersionResource(p.Name, v.Record.ID), Have: v.Record.Digest, Want: p.digest}
	}
	p.already = true
	p.warnings = append(differingStandard(st.Record, p.Standard), differingVersion(v.Record, &p.Version)...)
	for _, t := range p.Tags {
		if at, _ := standard.TagAt(st.Record.Tags, t, c.now, time.Time{}); at != v.Record.ID {
			p.warnings = append(p.warnings, fmt.Sprintf("tag %s was not set: the version was published before", t))
		}
	}
	p.endDraft(c)
	return nil
}

// standard is the standard's record as it is, or a new one.
func (p *publication) standard(c *change, st *resolve.Standard) (*standard.Standard, error) {
	if st != nil {
		if p.compared != st.Record {
			p.compared, p.differing = st.Record, differingStandard(st.Record, p.Standard)
		}
		p.warnings = append(p.warnings, p.differing...)
		return st.Record, p.checkPlace(st)
	}
	if v := p.forNewStandard(); len(v) > 0 {
		if c.Authority(p.Name.Authority) == nil {
			return nil, &NotFoundError{Resource: standard.AuthorityName(p.Name.Authority), Hint: createAuthorityFirst}
		}
		return nil, v.err()
	}
	var v violations
	if v.limit("parent", "name_bytes", int64(len(p.Name.Standard)), p.longest) {
		return nil, v.err()
	}
	rec, notes, err := c.newStandard(p.Standard)
	p.created = true
	p.warnings = append(p.warnings, notes...)
	return rec, err
}

// checkPlace says whether the version has a place of its own among the
// others.
func (p *publication) checkPlace(st *resolve.Standard) error {
	var v violations
	o := p.fits(st.Record.Scheme, &v)
	if err := v.err(); err != nil {
		return err
	}
	if i, same := slices.BinarySearchFunc(st.Versions, o, func(v *resolve.Version, o standard.Order) int { return v.Order.Compare(o) }); same {
		holder := st.Versions[i].Record
		conflict := &ConflictError{
			Field: "version_id", What: "version " + string(p.Version.ID),
			Holder: standard.VersionResource(p.Name, holder.ID),
			Hint:   fmt.Sprintf("under %v the two are the same version", st.Record.Scheme),
		}
		if st.Record.Scheme == standard.Declared {
			conflict.Field, conflict.What, conflict.Hint = "version.sequence", fmt.Sprintf("sequence number %d", p.Version.Sequence), "give another one"
		}
		return conflict
	}
	for i, t := range p.Tags {
		if err := checkTagFree(st, index("tags", i), t); err != nil {
			return err
		}
	}
	return checkIDFree(st, p.Version.ID)
}

// version makes the version's record and claims its designations. Its
// relations and claims hold from when it was released.
func (p *publication) version(c *change) (*standard.Version, error) {
	ver := p.Version
	ver.Recorded = c.now
	since := ver.VisibleFrom()
	ver.Relations = slices.Clone(ver.Relations)
	for i := range ver.Relations {
		ver.Relations[i].Effective, ver.Relations[i].Recorded = since, c.now
	}
	notes, err := c.claimAll("version.designations", ver.Designations, ver.Name, ver.ID, since)
	p.warnings = append(p.warnings, notes...)
	p.warnings = append(p.warnings, unknownTargets(c, ver.Relations)...)
	return &ver, err
}

// record writes and logs: the standard where it is new, the version, its tags.
func (p *publication) record(c *change, st *resolve.Standard, rec *standard.Standard, ver *standard.Version) error {
	if p.created {
		c.log(entryOf(standard.ChangeStandardCreated, p.Name, ""), rec)
		rec.Revision = c.next() - 1
	}
	ver.Revision = c.next()
	e := entryOf(standard.ChangeVersionPublished, p.Name, ver.ID)
	e.Digest = ver.Digest
	if from := ver.VisibleFrom(); from.After(c.now) {
		e.Effective = from
	}
	c.put(ver)
	c.log(e, ver)
	if p.carried {
		c.blobs = append(c.blobs, store.SmallBlob{Digest: p.digest, Data: p.canonical, Stored: c.now})
	}
	if st != nil && len(p.Tags) > 0 {
		own := *rec
		rec = &own
	}
	for _, t := range p.Tags {
		if !c.tag(rec, t, ver.ID, time.Time{}) {
			continue
		}
		rec.Updated, rec.Revision = c.now, c.next()
		e := entryOf(standard.ChangeTagSet, p.Name, ver.ID)
		e.Detail, e.Digest = t, ver.Digest
		c.log(e, rec)
	}
	if p.created || len(p.Tags) > 0 {
		c.put(rec)
	}
	p.endDraft(c)
	return nil
}
