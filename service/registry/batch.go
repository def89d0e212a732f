package registry

import (
	"errors"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// batch is what one transaction will write: the changes of the proposals that
// were accepted, each evaluated on its predecessor's result.
type batch struct {
	r        *Registry
	base     store.Head
	snap     *replica.Snapshot // after the last change that was taken in
	now      time.Time
	records  []store.Record
	outcomes []store.Record
	entries  []*standard.Entry
	blobs    []store.SmallBlob
	keys     map[recordKey]struct{}
	requests map[string]struct{} // ids of those taken
	earlier  map[string]struct{} // and of those in the batch that is with the store
	bytes    int
	taken    []*proposal // accepted, with something to write
	judged   []*proposal // refused, or nothing to write
}

// The head is written with every batch.
const (
	headOps   = 1
	headBytes = 256
)

func (r *Registry) newBatch(base store.Head, snap *replica.Snapshot) *batch {
	return &batch{
		r: r, base: base, snap: snap, bytes: headBytes,
		now:      recordTime(r.cfg.Now(), snap),
		keys:     make(map[recordKey]struct{}),
		requests: make(map[string]struct{}),
	}
}

// following is the batch that goes on the result of b, while b is with the
// store: its base is certain once b is in.
func (b *batch) following() *batch {
	next := b.r.newBatch(store.Head{Index: b.snap.Revision(), Sweeps: b.base.Sweeps}, b.snap)
	next.earlier = b.requests
	return next
}

// underWay says whether a request of that id is in the batch or in the one
// before it. Of those before that the outcomes are known.
func (b *batch) underWay(id string) bool {
	_, here := b.requests[id]
	_, before := b.earlier[id]
	return id != "" && (here || before)
}

// recordTime is the time to record: the present, but never before the entry
// that was recorded last, so that times rise along the log whatever the
// replicas' clocks say.
func recordTime(now time.Time, snap *replica.Snapshot) time.Time {
	now = now.UTC().Truncate(time.Microsecond)
	if rev := snap.Revision(); rev > 0 {
		if es, ok := snap.Entries(rev-1, 1); ok && len(es) == 1 && es[0].Time.After(now) {
			return es[0].Time
		}
	}
	return now
}

// add evaluates a proposal and takes its change in. It is false where the
// proposal has to wait for the next batch, since this one is full or has
// written the same record.
func (b *batch) add(p *proposal) bool {
	if p.alone && (len(b.taken) > 0 || len(b.judged) > 0) {
		return false
	}
	if b.underWay(p.caller.RequestID) {
		return false
	}
	if out := b.r.outcomes.get(p.caller.RequestID); out != nil {
		p.verdict = b.r.replayed(p.caller, out)
		b.judged = append(b.judged, p)
		return true
	}
	ch := &change{
		Snapshot: b.snap, sweeps: b.base.Sweeps, now: b.now,
		actor: p.caller.Actor, request: p.caller.RequestID, salts: readSalts(b.r.cfg.Rand, &p.salts),
	}
	if b.base.Index == 0 && len(b.entries) == 0 {
		ch.log(standard.Entry{Type: standard.ChangeRegistryCreated, Detail: b.r.Meta().RegistryID}, nil)
	}
	opening := len(ch.entries)
	err := p.evaluate(ch)
	if err == nil && len(ch.entries) > opening {
		return b.take(p, ch)
	}
	p.verdict = verdict{err: err, snap: b.snap, receipt: Receipt{Revision: b.snap.Revision(), Already: true}}
	b.judged = append(b.judged, p)
	return true
}

func (b *batch) take(p *proposal, ch *change) bool {
	refuse := func(err error) bool {
		p.verdict = verdict{err: err}
		b.judged = append(b.judged, p)
		return true
	}
	if err := ch.seal(b.r.store); err != nil {
		return refuse(err)
	}
	last := ch.entries[len(ch.entries)-1].Index
	var outcome []store.Record
	if p.caller.RequestID != "" {
		outcome = append(outcome, p.outcome(last))
	}
	ops, bytes, err := b.r.measure(ch, outcome)
	switch {
	case err != nil:
		return refuse(err)
	case ops+headOps > store.MaxBatchOps || bytes+headBytes > store.MaxBatchBytes:
		return refuse(store.ErrTooLarge)
	case b.ops()+ops > store.MaxBatchOps || b.bytes+bytes > store.MaxBatchBytes || b.touches(ch):
		return false
	}
	next, err := b.snap.Apply(ch.commit())
	if err != nil {
		return refuse(err)
	}
	for _, k := range ch.keys() {
		b.keys[k] = struct{}{}
	}
	if p.caller.RequestID != "" {
		b.requests[p.caller.RequestID] = struct{}{}
	}
	b.records = append(b.records, ch.records...)
	b.outcomes = append(b.outcomes, outcome...)
	b.entries = append(b.entries, ch.entries...)
	b.blobs = append(b.blobs, ch.blobs...)
	b.bytes += bytes
	b.snap = next
	p.verdict = verdict{receipt: Receipt{Revision: last}}
	b.taken = append(b.taken, p)
	return true
}

func (b *batch) ops() int {
	return len(b.records) + len(b.outcomes) + len(b.entries) + store.SmallBlobOps*len(b.blobs) + headOps
}

// touches says whether the change writes a record that the batch writes. Such
// a change goes into the next batch, so that every record that the log speaks
// of was stored under exactly the digest that it gives.
func (b *batch) touches(ch *change) bool {
	for _, k := range ch.keys() {
		if _, twice := b.keys[k]; twice {
			return true
		}
	}
	return false
}

// keys are those of all that a change writes but for its entries.
func (c *change) keys() []recordKey {
	keys := make([]recordKey, 0, len(c.records)+len(c.blobs))
	for _, r := range c.records {
		keys = append(keys, keyOf(r))
	}
	for _, b := range c.blobs {
		keys = append(keys, recordKey{kind: 'b', a: string(b.Digest[:])})
	}
	return keys
}

// write is the batch as the store takes it.
func (b *batch) write() store.Batch {
	return store.Batch{Records: append(b.records[:len(b.records):len(b.records)], b.outcomes...), Entries: b.entries, Blobs: b.blobs}
}

// measure tells what a change takes up in a transaction, and refuses records
// beyond the limit.
func (r *Registry) measure(ch *change, outcome []store.Record) (ops, bytes int, err error) {
	for _, rec := range ch.records {
		n := r.store.Size(rec)
		if int64(n) > r.limits.RecordBytes {
			return 0, 0, invalid("", &LimitError{Limit: "record_bytes", Max: r.limits.RecordBytes, Value: int64(n)})
		}
		bytes += n
	}
	for _, rec := range outcome {
		bytes += r.store.Size(rec)
	}
	for _, e := range ch.entries {
		bytes += r.store.Size(e)
	}
	for _, b := range ch.blobs {
		bytes += len(b.Data) + store.SmallBlobOverhead
	}
	return len(ch.records) + len(outcome) + len(ch.entries) + store.SmallBlobOps*len(ch.blobs), bytes, nil
}

func invalid(field string, err error) error {
	return &InvalidError{Violations: []Violation{{Field: field, Problem: err.Error(), Err: err}}}
}

// recordKey tells records apart as the store's keys do.
type recordKey struct {
	kind    byte
	a, b, c string
	n       int
}

func keyOf(r store.Record) recordKey {
	switch r := r.(type) {
	case *standard.Authority:
		return recordKey{kind: 'a', a: string(r.ID)}
	case *standard.Standard:
		return recordKey{kind: 's', a: string(r.Name.Authority), b: r.Name.Standard}
	case *standard.Version:
		return recordKey{kind: 'v', a: string(r.Name.Authority), b: r.Name.Standard, c: r.ID.Fold()}
	case *standard.Step:
		return recordKey{kind: 't', a: string(r.Name.Authority), b: r.Name.Standard, c: r.Version.Fold(), n: r.Number}
	case *standard.DraftVersion:
		return draftKey(r.Version.Name, r.Version.ID)
	case store.DeletedDraft:
		return draftKey(r.Name, r.Version)
	case *standard.Designation:
		return recordKey{kind: 'd', a: r.Key}
	case *standard.Outcome:
		return recordKey{kind: 'o', a: r.RequestID}
	}
	panic(errors.New("registry: record of an unknown type"))
}

func draftKey(n standard.Name, v standard.VersionID) recordKey {
	return recordKey{kind: 'f', a: string(n.Authority), b: n.Standard, c: v.Fold()}
}
