package rpc

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// reference is a text parsed, with the names of the version that it meant last
// and the last answer to the plain question what it means now.
type reference struct {
	*resolve.Compiled
	last   atomic.Pointer[rendered]
	answer atomic.Pointer[resolved]
}

// resolved is an answer that holds at one revision, from one moment until
// before another. It is shared, and not changed any more.
type resolved struct {
	message     *etalonv1.ResolveResponse
	from, until time.Time // zero until: for ever
}

// answered is the answer that was given before, nil where there is none that
// holds at a revision and a moment.
func (r *reference) answered(rev standard.Revision, at time.Time) *resolved {
	a := r.answer.Load()
	if a == nil || a.message.Revision != uint64(rev) || at.Before(a.from) || !a.until.IsZero() && !at.Before(a.until) {
		return nil
	}
	return a
}

// rendered is how a version is named in answers.
type rendered struct {
	version           *resolve.Version
	name, ref, digest string
}

// render names a version, from memory where the reference meant it last time
// too.
func (r *reference) render(v *resolve.Version) *rendered {
	if r != nil {
		if l := r.last.Load(); l != nil && l.version == v {
			return l
		}
	}
	rec := v.Record
	l := &rendered{
		version: v,
		name:    standard.VersionResource(rec.Name, rec.ID),
		ref:     rec.Name.String() + "@" + string(rec.ID),
		digest:  rec.Digest.String(),
	}
	if r != nil {
		r.last.Store(l)
	}
	return l
}

// referenceCache keeps references parsed, since the same ones are asked for
// over and over. It holds two generations: what is not asked for while the
// young one fills up goes with the old one. Full of different references, it
// takes about 1 KiB for each, 256 MiB together.
type referenceCache struct {
	shards    [refShards]refShard
	hit, miss prometheus.Counter
}

const (
	refShards    = 16
	refShardSize = 8192 // references in a generation of a shard
	maxCachedRef = 128  // bytes of the longest text that is kept
)

type refShard struct {
	mu         sync.RWMutex
	young, old map[string]*reference
	_          [64]byte // shards do not share a cache line
}

func newReferenceCache(m *Metrics) *referenceCache {
	return &referenceCache{hit: m.refs.WithLabelValues("hit"), miss: m.refs.WithLabelValues("miss")}
}

// get parses a text, or finds it parsed. Failures are not kept.
func (c *referenceCache) get(text string) (*reference, error) {
	s := &c.shards[shardOf(text)]
	s.mu.RLock()
	r, ok := s.young[text]
	s.mu.RUnlock()
	if ok {
		c.hit.Inc()
		return r, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok = s.old[text]; !ok {
		c.miss.Inc()
		parsed, err := resolve.Parse(text)
		if err != nil {
			return nil, err
		}
		if r = (&reference{Compiled: parsed}); len(text) > maxCachedRef {
			return r, nil
		}
	} else {
		c.hit.Inc()
	}
	if len(s.young) >= refShardSize || s.young == nil {
		s.old, s.young = s.young, make(map[string]*reference)
	}
	s.young[text] = r
	return r, nil
}

// shardOf is FNV-1a over the last bytes, where references differ.
func shardOf(text string) uint32 {
	h := uint32(2166136261)
	for i := max(0, len(text)-16); i < len(text); i++ {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h % refShards
}
