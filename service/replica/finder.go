package replica

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/etalon-registry/etalon/service/replica/search"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// finder keeps the search index level with the snapshots, a little behind
// them: a commit never waits for it. Its goroutine owns the writer.
type finder struct {
	index atomic.Pointer[found] // nil until it is built

	mu      sync.Mutex
	todo    []store.Record // since the index, in order
	latest  *Snapshot      // that todo leads to
	rebuild bool           // todo does not tell everything
	more    chan struct{}  // holds one token while there is something to do
	moved   chan struct{}  // closed when index changes, then replaced
}

// found is an index and the revision that it is level with.
type found struct {
	*search.Index
	at standard.Revision
}

// maxTodo is how many records may wait to be indexed; beyond it the whole
// index is built anew, which is then cheaper.
const maxTodo = 50_000

func newFinder() *finder {
	return &finder{more: make(chan struct{}, 1), moved: make(chan struct{})}
}

// Similar implements nearby.
func (f *finder) Similar(text string, limit int) []standard.Name {
	if x := f.index.Load(); x != nil {
		return x.Similar(text, limit)
	}
	return nil
}

// note tells of a new snapshot and the records that led to it; anew says that
// they are not known.
func (f *finder) note(s *Snapshot, records []store.Record, anew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latest = s
	f.rebuild = f.rebuild || anew || len(f.todo)+len(records) > maxTodo
	if f.rebuild {
		f.todo = nil
	} else {
		f.todo = append(f.todo, records...)
	}
	select {
	case f.more <- struct{}{}:
	default:
	}
}

// run indexes until ctx is done.
func (f *finder) run(ctx context.Context) {
	w := search.NewWriter()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.more:
		}
		f.mu.Lock()
		s, records, rebuild := f.latest, f.todo, f.rebuild
		f.todo, f.rebuild = nil, false
		f.mu.Unlock()
		if rebuild {
			x := w.Load(until(ctx, allParts(s)))
			if ctx.Err() != nil {
				return
			}
			f.show(x, s.Revision())
			continue
		}
		// A merge waits until searches can see what was put.
		f.show(w.Put(changedParts(s, records)), s.Revision())
		if x, merged := w.Merge(); merged {
			f.show(x, s.Revision())
		}
	}
}

// until is seq, cut off when ctx is done.
func until[T any](ctx context.Context, seq iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		seq(func(v T) bool { return ctx.Err() == nil && yield(v) })
	}
}

func (f *finder) show(x *search.Index, at standard.Revision) {
	f.index.Store(&found{x, at})
	f.mu.Lock()
	close(f.moved)
	f.moved = make(chan struct{})
	f.mu.Unlock()
}

// reach waits until the index is level with a revision, or ctx is done, and
// gives the index that there is then.
func (f *finder) reach(ctx context.Context, rev standard.Revision) *found {
	for {
		f.mu.Lock()
		moved := f.moved
		f.mu.Unlock()
		x := f.index.Load()
		if x == nil || x.at >= rev {
			return x
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return x
		}
	}
}

// searchPatience is how long a search waits for the index to catch up with
// the snapshot before it answers from what is indexed.
const searchPatience = 250 * time.Millisecond

// Answer is what a search found.
type Answer struct {
	search.Result
	// Snapshot is the current snapshot when the search was asked; what was
	// found is in it. The index was level with Indexed, which is only less
	// than the snapshot's revision while it catches up with much at once.
	Snapshot *Snapshot
	Indexed  standard.Revision
}

// Search finds standards by text. It sees every change that the snapshot of
// the moment shows, unless the index is far behind: then it answers after a
// quarter of a second from what is indexed. store.ErrUnavailable while the
// index is being built for the first time; see SearchReady.
func (r *Replica) Search(ctx context.Context, q search.Query) (Answer, error) {
	s := r.current.Load()
	if s == nil {
		return Answer{}, fmt.Errorf("search: %w: the catalogue is not loaded yet", store.ErrUnavailable)
	}
	if r.finder.index.Load() == nil {
		return Answer{}, fmt.Errorf("search: %w: the index is being built", store.ErrUnavailable)
	}
	patient, cancel := context.WithTimeout(ctx, searchPatience)
	defer cancel()
	x := r.finder.reach(patient, s.Revision())
	if err := ctx.Err(); err != nil {
		return Answer{}, fmt.Errorf("search: %w", err)
	}
	// The index may have gone on; so has the snapshot then.
	if x.at > s.Revision() {
		s = r.current.Load()
	}
	return Answer{Result: x.Search(q), Snapshot: s, Indexed: x.at}, nil
}

// WaitSearch waits until the search index has been built. It fails with ctx.
func (r *Replica) WaitSearch(ctx context.Context) error {
	for {
		r.finder.mu.Lock()
		moved := r.finder.moved
		r.finder.mu.Unlock()
		if r.SearchReady() {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("wait for the search index: %w", ctx.Err())
		}
	}
}

// SearchReady says whether the search index has been built, so that Search
// answers.
func (r *Replica) SearchReady() bool { return r.finder.index.Load() != nil }

// Match says what of a hit matched a query.
type Match struct {
	Field   search.Field // FieldUnspecified: an alias, or nothing that is there now
	Member  string       // id of the member that was found; empty: none
	Snippet string       // of the text that matched, see search.Matcher.Snippet
}

// Explain says what of a hit matched the query that m was made of, with a
// snippet of at most so many bytes.
func (s *Snapshot) Explain(h search.Hit, m *search.Matcher, snippet int) Match {
	st := s.Standard(h.Name)
	if st == nil {
		return Match{}
	}
	texts := standardPart(st.Record).Texts
	var out Match
	if v := st.Find(h.Version); v != nil {
		p := versionPart(v)
		texts = p.Texts
		if h.Member >= 0 && h.Member < len(p.Members) {
			out.Member = p.Members[h.Member].ID
			texts = []search.Text{{Field: search.FieldMember, Value: p.Members[h.Member].Title}, {Field: search.FieldMember, Value: out.Member}}
		}
	}
	if t, ok := m.Best(texts); ok {
		out.Field, out.Snippet = t.Field, m.Snippet(t.Value, snippet)
	}
	return out
}
