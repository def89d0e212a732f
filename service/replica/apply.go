package replica

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Apply is the snapshot after a commit. It is pure, and copies O(log n) of
// what is there. Both the follower and a writer that tries out a change use
// it; the writer, who does not know the head yet, leaves c.Head zero: the
// result then has the index of the last entry, and the sweeps and the token
// of s. Records may come in any order.
//
// Errors wrap store.ErrCorrupt: entries that do not follow the snapshot's
// revision one by one, a version without its standard, a step without its
// version, a record of an unknown type.
func (s *Snapshot) Apply(c store.Commit) (*Snapshot, error) {
	head, err := s.follows(c)
	if err != nil {
		return nil, err
	}
	e := edit{*s}
	e.head = head
	for pass := range passes {
		for _, r := range c.Records {
			if passOf(r) != pass {
				continue
			}
			if err := e.put(r); err != nil {
				return nil, err
			}
		}
	}
	e.tail = s.tail.with(c.Entries)
	out := e.Snapshot
	return &out, nil
}

// follows checks that the commit is the next one and gives its head.
func (s *Snapshot) follows(c store.Commit) (store.Head, error) {
	want := s.head.Index
	for _, e := range c.Entries {
		if want++; e.Index != want {
			return store.Head{}, fmt.Errorf("apply: %w: entry %d where %d comes next", store.ErrCorrupt, e.Index, want)
		}
	}
	head := c.Head
	if head == (store.Head{}) {
		head = s.head
		head.Index = want
	}
	if head.Index != want {
		return store.Head{}, fmt.Errorf("apply: %w: head %d where the last entry is %d", store.ErrCorrupt, head.Index, want)
	}
	return head, nil
}

// at is the snapshot under another mark of the same state.
func (s *Snapshot) at(h store.Head) *Snapshot {
	out := *s
	out.head = h
	return &out
}

// Records go in by passes, so that each finds what it belongs to.
const passes = 4

func passOf(r store.Record) int {
	switch r.(type) {
	case *standard.Version:
		return 1
	case *standard.Step:
		return 2
	case store.DeletedDraft, *store.DeletedDraft:
		return 3
	}
	return 0
}

// edit is a snapshot in the making.
type edit struct{ Snapshot }

func (e *edit) put(r store.Record) error {
	switch r := r.(type) {
	case *standard.Authority:
		e.putAuthority(r)
	case *standard.Standard:
		e.putStandard(r)
	case *standard.Version:
		return e.putVersion(r)
	case *standard.Step:
		return e.putStep(r)
	case *standard.DraftVersion:
		e.drafts = e.drafts.set(draftKey(r.Version.Name, r.Version.ID), r)
	case store.DeletedDraft:
		e.dropDraft(r)
	case *store.DeletedDraft:
		e.dropDraft(*r)
	case *standard.Designation:
		e.designations = e.designations.set(r.Key, r)
	case *standard.Outcome:
	default:
		return fmt.Errorf("apply: %w: record of type %T", store.ErrCorrupt, r)
	}
	return nil
}

func (e *edit) dropDraft(r store.DeletedDraft) {
	e.drafts = e.drafts.delete(draftKey(r.Name, r.Version))
}

func (e *edit) putAuthority(a *standard.Authority) {
	old := e.authorities.get(a.ID)
	e.authorities = e.authorities.set(a.ID, a)
	if old == nil {
		old = new(standard.Authority)
	}
	if slices.Equal(old.Prefixes, a.Prefixes) {
		return
	}
	for _, p := range old.Prefixes {
		e.ownPrefix(p, a.ID, false)
	}
	for _, p := range a.Prefixes {
		e.ownPrefix(p, a.ID, true)
	}
}

func (e *edit) ownPrefix(p string, id standard.AuthorityID, owned bool) {
	owners := e.prefixes.get(p)
	i, found := slices.BinarySearch(owners, id)
	switch {
	case owned && !found:
		owners = slices.Insert(slices.Clone(owners), i, id)
	case !owned && found:
		owners = slices.Delete(slices.Clone(owners), i, i+1)
	}
	if len(owners) == 0 {
		e.prefixes = e.prefixes.delete(p)
		return
	}
	e.prefixes = e.prefixes.set(p, owners)
}

func (e *edit) putStandard(r *standard.Standard) {
	old := e.Standard(r.Name)
	if old == nil {
		e.counts.Standards++
		e.setStandard(resolve.NewStandard(r, nil))
	} else {
		standardEdges(old.Record, resolve.TargetKey, e.dropEdge)
		st := old.WithRecord(r)
		if old.Record.Scheme != r.Scheme {
			st = resolve.NewStandard(r, reordered(r, old.Versions))
		}
		e.setStandard(st)
	}
	standardEdges(r, resolve.TargetKey, e.addEdge)
}

func (e *edit) putVersion(r *standard.Version) error {
	st := e.Standard(r.Name)
	if st == nil {
		return fmt.Errorf("apply: %w: version %s@%s without its standard", store.ErrCorrupt, r.Name, r.ID)
	}
	v := &resolve.Version{Record: r, Order: orderOf(st.Record.Scheme, r)}
	if old := st.Find(r.ID); old != nil {
		v.Steps = old.Steps
		versionEdges(old.Record, resolve.TargetKey, e.dropEdge)
	} else {
		e.counts.Versions++
	}
	at, _ := slices.BinarySearchFunc(st.Versions, v, compareVersions)
	e.setStandard(st.With(v, at))
	versionEdges(r, resolve.TargetKey, e.addEdge)
	return nil
}

func (e *edit) putStep(r *standard.Step) error {
	st := e.Standard(r.Name)
	var v *resolve.Version
	if st != nil {
		v = st.Find(r.Version)
	}
	if v == nil {
		return fmt.Errorf("apply: %w: step %d without its version %s@%s", store.ErrCorrupt, r.Number, r.Name, r.Version)
	}
	n := &resolve.Version{Record: v.Record, Order: v.Order}
	i, found := slices.BinarySearchFunc(v.Steps, r.Number, func(s *standard.Step, n int) int { return s.Number - n })
	n.Steps = slices.Clone(v.Steps)
	if found {
		stepEdges(n.Steps[i], resolve.TargetKey, e.dropEdge)
		n.Steps[i] = r
	} else {
		n.Steps = slices.Insert(n.Steps, i, r)
		e.counts.Steps++
	}
	e.setStandard(st.With(n, 0))
	stepEdges(r, resolve.TargetKey, e.addEdge)
	return nil
}

func (e *edit) setStandard(st *resolve.Standard) {
	n := st.Record.Name
	sp := e.spaces.get(n.Authority)
	if sp.compare == nil {
		sp = newTree[string, *resolve.Standard](strings.Compare)
	}
	e.spaces = e.spaces.set(n.Authority, sp.set(n.Standard, st))
}

func (e *edit) addEdge(at place, x edge) { e.edges = e.edges.set(at, x) }

func (e *edit) dropEdge(at place, _ edge) { e.edges = e.edges.delete(at) }
