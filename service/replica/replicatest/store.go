// Package replicatest is a catalogue store in memory for tests. It keeps the
// contract of package store for its Catalogue part: heads, conflicts,
// create-only records, order, compaction and idleness. It can be cut off and
// compacted at will. It knows no blobs and lasts no longer than its process.
package replicatest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Store is a catalogue in memory. The zero value is an empty one.
type Store struct {
	mu       sync.Mutex
	head     store.Head
	records  map[string]store.Record // by key
	log      []*standard.Entry
	outcomes map[string]*standard.Outcome
	history  []store.Commit // ascending by token, from compacted on
	// compacted is the token up to which history is gone.
	compacted int64
	down      error
	changed   chan struct{} // closed at each change of the above, then replaced
	meta      store.Meta
	calls     Calls
}

// Calls counts what was asked of a store.
type Calls struct{ Load, Follow, Head, Commit, Entries int }

var _ store.Catalogue = (*Store)(nil)

// Calls says what was asked so far.
func (s *Store) Calls() Calls {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Cut makes every call fail with the error, the running Follows included,
// until Cut(nil). It stands for store.ErrUnavailable and the like.
func (s *Store) Cut(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
	s.wake()
}

// Compact forgets the history of commits: who follows from before the present
// head gets store.ErrCompacted. A Follow that is under way and behind fails
// too.
func (s *Store) Compact() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compacted, s.history = s.head.Token, nil
	s.wake()
}

// Sweep moves the head as a sweep of orphaned blobs does.
func (s *Store) Sweep() store.Head {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head.Sweeps++
	s.head.Token++
	s.history = append(s.history, store.Commit{Head: s.head})
	s.wake()
	return s.head
}

// wake tells who waits that something changed. The caller holds mu.
func (s *Store) wake() {
	if s.changed != nil {
		close(s.changed)
	}
	s.changed = make(chan struct{})
}

// Meta implements store.Catalogue.
func (s *Store) Meta(context.Context) (store.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return store.Meta{}, s.down
	}
	if s.meta.RegistryID == "" {
		s.meta = store.Meta{RegistryID: "00000000-0000-4000-8000-000000000000", Schema: 1, MinReader: 1, KeyVersion: 1}
	}
	return s.meta, nil
}

// Load implements store.Catalogue. The order differs from call to call.
func (s *Store) Load(ctx context.Context, yield func(store.Record) error) (store.Head, error) {
	s.mu.Lock()
	s.calls.Load++
	head, down := s.head, s.down
	var all []store.Record
	if down == nil {
		for _, r := range s.records {
			all = append(all, clone(r))
		}
	}
	s.mu.Unlock()
	if down != nil {
		return store.Head{}, down
	}
	for _, r := range all {
		if err := ctx.Err(); err != nil {
			return store.Head{}, err
		}
		if err := yield(r); err != nil {
			return store.Head{}, err
		}
	}
	return head, nil
}

// Follow implements store.Catalogue.
func (s *Store) Follow(ctx context.Context, after store.Head, yield func(store.Commit) error, idle func()) error {
	s.mu.Lock()
	s.calls.Follow++
	s.mu.Unlock()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		todo, changed, err := s.since(after.Token)
		if err != nil {
			return err
		}
		for _, c := range todo {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := yield(c); err != nil {
				return err
			}
			after = c.Head
		}
		if len(todo) > 0 {
			continue
		}
		if idle != nil {
			idle()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-tick.C:
		}
	}
}

// since gives the commits after a token, and the channel that tells of more.
func (s *Store) since(token int64) ([]store.Commit, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, nil, s.down
	}
	if token < s.compacted {
		return nil, nil, fmt.Errorf("follow after %d: %w", token, store.ErrCompacted)
	}
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	var out []store.Commit
	for _, c := range s.history {
		if c.Head.Token > token {
			out = append(out, cloneCommit(c))
		}
	}
	return out, s.changed, nil
}

// Head implements store.Catalogue.
func (s *Store) Head(context.Context) (store.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.Head++
	return s.head, s.down
}

// Commit implements store.Catalogue.
func (s *Store) Commit(_ context.Context, on store.Head, b store.Batch) (store.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.Commit++
	switch {
	case s.down != nil:
		return store.Head{}, s.down
	case on != s.head:
		return store.Head{}, fmt.Errorf("commit on %d: %w", on.Index, store.ErrConflict)
	case len(b.Entries) == 0:
		return store.Head{}, fmt.Errorf("commit on %d: a batch without entries", on.Index)
	case len(b.Records)+len(b.Entries)+1 > store.MaxBatchOps:
		return store.Head{}, fmt.Errorf("commit on %d: %w", on.Index, store.ErrTooLarge)
	}
	for i, e := range b.Entries {
		if want := on.Index + standard.Revision(i) + 1; e.Index != want {
			return store.Head{}, fmt.Errorf("commit on %d: entry %d where %d comes next", on.Index, e.Index, want)
		}
	}
	if err := s.check(b.Records); err != nil {
		return store.Head{}, err
	}
	s.write(b)
	return s.head, nil
}

// check refuses a batch that names a record twice or writes a create-only one
// again.
func (s *Store) check(records []store.Record) error {
	seen := make(map[string]bool)
	for _, r := range records {
		k, once := key(r)
		if k == "" {
			return fmt.Errorf("commit: %w: record of type %T", store.ErrCorrupt, r)
		}
		if seen[k] {
			return fmt.Errorf("commit: %s is in the batch twice", k)
		}
		seen[k] = true
		if _, there := s.records[k]; once && there {
			return fmt.Errorf("commit %s: %w", k, store.ErrExists)
		}
		if o, ok := r.(*standard.Outcome); ok && s.outcomes[o.RequestID] != nil {
			return fmt.Errorf("commit %s: %w", k, store.ErrExists)
		}
	}
	return nil
}

func (s *Store) write(b store.Batch) {
	if s.records == nil {
		s.records = make(map[string]store.Record)
		s.outcomes = make(map[string]*standard.Outcome)
	}
	c := store.Commit{}
	for _, r := range b.Records {
		r = clone(r)
		k, _ := key(r)
		switch r := r.(type) {
		case *standard.Outcome:
			s.outcomes[r.RequestID] = r
			continue
		case store.DeletedDraft:
			delete(s.records, k)
		default:
			s.records[k] = r
		}
		c.Records = append(c.Records, r)
	}
	for _, e := range b.Entries {
		e := *e
		c.Entries = append(c.Entries, &e)
	}
	s.log = append(s.log, c.Entries...)
	s.head.Index += standard.Revision(len(b.Entries))
	s.head.Token++
	c.Head = s.head
	s.history = append(s.history, c)
	s.wake()
}

// Entries implements store.Catalogue.
func (s *Store) Entries(_ context.Context, after standard.Revision, limit int) ([]*standard.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.Entries++
	if s.down != nil {
		return nil, s.down
	}
	var out []*standard.Entry
	for i := after; i < standard.Revision(len(s.log)) && len(out) < limit; i++ {
		e := *s.log[i]
		out = append(out, &e)
	}
	return out, nil
}

// Outcome implements store.Catalogue. Outcomes do not expire.
func (s *Store) Outcome(_ context.Context, requestID string) (*standard.Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	o := s.outcomes[requestID]
	if o == nil {
		return nil, fmt.Errorf("outcome %q: %w", requestID, store.ErrNotFound)
	}
	out := *o
	return &out, nil
}
