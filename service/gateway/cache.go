package gateway

import (
	"hash/maphash"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
)

// answerCache keeps finished answers in memory, within a bound of bytes. What
// was not asked for since the hand came by last goes first (CLOCK).
type answerCache struct {
	seed   maphash.Seed
	shards [cacheShards]cacheShard
}

const (
	cacheShards = 16
	// entryOverhead is about what an entry costs besides its bytes.
	entryOverhead = 1 << 10
)

type cacheShard struct {
	mu    sync.RWMutex
	items map[string]*cacheEntry
	ring  []*cacheEntry // in the order of the hand
	hand  int
	bytes int64
	most  int64
}

type cacheEntry struct {
	key    string
	answer atomic.Pointer[answer]
	size   int64 // guarded by the shard
	used   atomic.Bool
}

// keyOf is what a request asks for, as it was sent. Different spellings of the
// same are different keys.
func keyOf(r *http.Request) string {
	if r.RequestURI != "" {
		return r.RequestURI
	}
	return r.URL.RequestURI() // one that no server has read
}

func newAnswerCache(most int64) *answerCache {
	c := &answerCache{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].items = map[string]*cacheEntry{}
		c.shards[i].most = max(1, most/cacheShards)
	}
	return c
}

func (c *answerCache) shard(k string) *cacheShard {
	return &c.shards[maphash.String(c.seed, k)%cacheShards]
}

// get gives what is kept, whether or not it still holds; nil: nothing.
func (c *answerCache) get(k string) *answer {
	s := c.shard(k)
	s.mu.RLock()
	e := s.items[k]
	s.mu.RUnlock()
	if e == nil {
		return nil
	}
	if !e.used.Load() { // a write to shared memory, only where it says something
		e.used.Store(true)
	}
	return e.answer.Load()
}

// put keeps an answer in place of the one before. One that would fill a large
// part of the cache is not kept.
func (c *answerCache) put(k string, a *answer) {
	s := c.shard(k)
	// Its gzipped body may come to it later.
	size := int64(len(a.body))*3/2 + int64(len(k)) + entryOverhead
	if size > s.most/4 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.items[k]; e != nil {
		s.bytes += size - e.size
		e.size = size
		e.answer.Store(a)
	} else {
		e = &cacheEntry{key: k, size: size}
		e.answer.Store(a)
		s.items[k] = e
		s.ring = append(s.ring, e)
		s.bytes += size
	}
	s.evict()
}

// evict moves the hand until the shard is within its bound.
func (s *cacheShard) evict() {
	for s.bytes > s.most {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		e := s.ring[s.hand]
		if e.used.Swap(false) {
			s.hand++
			continue
		}
		last := len(s.ring) - 1
		s.ring[s.hand], s.ring[last] = s.ring[last], nil
		s.ring = s.ring[:last]
		delete(s.items, e.key)
		s.bytes -= e.size
	}
}

// size is the number of bytes held.
func (c *answerCache) size() (n int64) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.RLock()
		n += s.bytes
		s.mu.RUnlock()
	}
	return n
}

// serveCached answers from memory, and says whether it did.
func (g *gateway) serveCached(w http.ResponseWriter, r *http.Request) bool {
	a := g.cache.get(keyOf(r))
	if a == nil {
		return false
	}
	if !g.holds(a, r) {
		g.metrics.stale.Inc()
		return false
	}
	g.metrics.hits.Inc()
	g.send(w, r, a)
	return true
}

// holds says whether an answer is still what the services would say.
func (g *gateway) holds(a *answer, r *http.Request) bool {
	if g.cfg.Revision() != a.revision || g.cfg.Staleness() > 0 {
		return false
	}
	if !a.expires.IsZero() && !g.now().Before(a.expires) {
		return false
	}
	if r.Header["Authorization"] != nil || r.Header[headerConsistency] != nil {
		return false
	}
	if v := r.Header[headerMinRevision]; len(v) > 0 {
		n, err := strconv.ParseUint(v[0], 10, 64)
		return err == nil && n <= a.revision
	}
	return true
}
