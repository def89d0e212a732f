package replica

import (
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

// Stats are figures for metrics.
type Stats struct {
	Revision  standard.Revision
	Staleness time.Duration // 0: fresh
	Counts    Counts
	// TailFrom is the revision after which entries are in memory.
	TailFrom    standard.Revision
	TailEntries int
	// Indexed is the revision that the search index is level with, 0 before it
	// is built; it holds SearchDocs texts and members.
	Indexed    standard.Revision
	SearchDocs int
	// The rest counts since the start: commits taken from the store and from
	// writers on this replica, loads after the first, and failed attempts to
	// reach the store.
	Applied, Installed, Reloads, Retries int64
}

// Stats gives the figures of this moment.
func (r *Replica) Stats() Stats {
	st := Stats{
		Staleness: r.Staleness(),
		Applied:   r.applied.Load(), Installed: r.installed.Load(),
		Reloads: r.reloads.Load(), Retries: r.retries.Load(),
	}
	if s := r.current.Load(); s != nil {
		st.Revision, st.Counts = s.Revision(), s.Counts()
		st.TailFrom, st.TailEntries = s.tail.after, s.tail.n
	}
	if x := r.finder.index.Load(); x != nil {
		st.Indexed, st.SearchDocs = x.at, x.Docs()
	}
	return st
}
