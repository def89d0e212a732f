package rpc

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/etalon-registry/etalon/service/resolve"
)

// referenceCache keeps references parsed, since the same ones are asked for
// over and over. It holds two generations: what is not asked for while the
// young one fills up goes with the old one.
type referenceCache struct {
	shards    [refShards]refShard
	hit, miss prometheus.Counter
}

const (
	refShards    = 16
	refShardSize = 1024 // references in a generation of a shard
)

type refShard struct {
	mu         sync.RWMutex
	young, old map[string]*resolve.Compiled
	_          [64]byte // shards do not share a cache line
}

func newReferenceCache(m *Metrics) *referenceCache {
	return &referenceCache{hit: m.refs.WithLabelValues("hit"), miss: m.refs.WithLabelValues("miss")}
}

// get parses a text, or finds it parsed. Failures are not kept.
func (c *referenceCache) get(text string) (*resolve.Compiled, error) {
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
		var err error
		if r, err = resolve.Parse(text); err != nil {
			return nil, err
		}
	} else {
		c.hit.Inc()
	}
	if len(s.young) >= refShardSize || s.young == nil {
		s.old, s.young = s.young, make(map[string]*resolve.Compiled, refShardSize)
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
