package registry

import (
	"container/list"
	"sync"

	"github.com/etalon-registry/etalon/service/standard"
)

// byteCache keeps values by digest, the least recently used going first once
// their weights exceed the bound. Safe for concurrent use.
type byteCache[V any] struct {
	mu    sync.Mutex
	max   int64
	used  int64
	items map[standard.Digest]*list.Element
	order list.List // newest in front
	// banned digests are never kept again.
	banned map[standard.Digest]struct{}
}

type cached[V any] struct {
	digest standard.Digest
	value  V
	weight int64
}

func newByteCache[V any](maxBytes int64) *byteCache[V] {
	return &byteCache[V]{
		max:    maxBytes,
		items:  make(map[standard.Digest]*list.Element),
		banned: make(map[standard.Digest]struct{}),
	}
}

func (c *byteCache[V]) get(d standard.Digest) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[d]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached[V]).value, true
}

// put keeps a value of at most an eighth of the bound.
func (c *byteCache[V]) put(d standard.Digest, v V, weight int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.items[d]; there || weight > c.max/8 {
		return
	}
	if _, banned := c.banned[d]; banned {
		return
	}
	c.items[d] = c.order.PushFront(&cached[V]{d, v, weight})
	c.used += weight
	for c.used > c.max {
		c.remove(c.order.Back())
	}
}

// ban drops a value and sees that it does not come back.
func (c *byteCache[V]) ban(d standard.Digest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.banned[d] = struct{}{}
	if e, ok := c.items[d]; ok {
		c.remove(e)
	}
}

func (c *byteCache[V]) remove(e *list.Element) {
	v := e.Value.(*cached[V])
	c.order.Remove(e)
	delete(c.items, v.digest)
	c.used -= v.weight
}

// wholeCache remembers which blobs are whole, and their sizes. What was seen
// whole stays so until the next sweep, so entries count only for the number
// of sweeps at which they were made. Safe for concurrent use.
type wholeCache struct {
	mu     sync.Mutex
	sweeps uint64
	sizes  map[standard.Digest]int64
}

const keptWhole = 100_000

func newWholeCache() *wholeCache {
	return &wholeCache{sizes: make(map[standard.Digest]int64)}
}

// size is that of a blob which is whole as long as there were but so many
// sweeps.
func (c *wholeCache) size(d standard.Digest, sweeps uint64) (int64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sweeps != sweeps {
		return 0, false
	}
	n, ok := c.sizes[d]
	return n, ok
}

// add notes a blob that was seen whole. sweeps was read before that, so it may
// be behind; it is never ahead, and that errs on the safe side.
func (c *wholeCache) add(d standard.Digest, size int64, sweeps uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if sweeps < c.sweeps {
		return
	}
	if sweeps > c.sweeps || len(c.sizes) >= keptWhole {
		c.sweeps = sweeps
		clear(c.sizes)
	}
	c.sizes[d] = size
}

func (c *wholeCache) drop(d standard.Digest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sizes, d)
}
