package rpc

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// shownStandards keeps standards as messages, since lists are asked for over
// and over. Each name has one place, which it shares with others; full, it
// takes about 10 MiB.
type shownStandards struct {
	seed   maphash.Seed
	places [8192]atomic.Pointer[shownStandard]
}

// shownStandard is a standard as shown from one moment until before another,
// as long as its latest version is the same. It is shared, and not changed any
// more.
type shownStandard struct {
	standard    *resolve.Standard
	latest      *resolve.Version
	from, until time.Time // zero until: for ever
	message     *etalonv1.Standard
}

func newShownStandards() *shownStandards { return &shownStandards{seed: maphash.MakeSeed()} }

// holds says whether it shows the standard at a moment.
func (k *shownStandard) holds(st *resolve.Standard, latest *resolve.Version, now time.Time) bool {
	return k.standard == st && k.latest == latest && !now.Before(k.from) && (k.until.IsZero() || now.Before(k.until))
}

// standardShown is standardOut from memory where it can be. What it returns is
// shared and must not be changed.
func (s *Service) standardShown(view resolve.View, st *resolve.Standard, now time.Time) *etalonv1.Standard {
	latest := resolve.Latest(view, st, now)
	place := &s.standards.places[maphash.Comparable(s.standards.seed, st.Record.Name)%uint64(len(s.standards.places))]
	if k := place.Load(); k != nil && k.holds(st, latest, now) {
		return k.message
	}
	k := &shownStandard{
		standard: st,
		latest:   latest,
		from:     now,
		until:    standard.NextTagChange(st.Record.Tags, "", now, time.Time{}),
		message:  s.standardAs(st, latest, now),
	}
	place.Store(k)
	return k.message
}
