package replica

import (
	"iter"
	"sync"

	"github.com/tidwall/btree"
)

// tree is an ordered map that many snapshots share. Once it is in a snapshot
// it is only read and forked. A fork shares every node until it is written
// to; forking is guarded, for it marks the nodes of the source as shared.
type tree[K interface{ ~string }, V any] struct {
	fork sync.Mutex
	m    btree.Map[K, V]
}

func (t *tree[K, V]) edit() *tree[K, V] {
	n := new(tree[K, V])
	if t != nil {
		t.fork.Lock()
		n.m = *t.m.Copy()
		t.fork.Unlock()
	}
	return n
}

func (t *tree[K, V]) get(k K) V {
	v, _ := t.m.Get(k)
	return v
}

// from gives the pairs with keys at or after pivot, ascending.
func (t *tree[K, V]) from(pivot K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		t.m.Ascend(pivot, yield)
	}
}

func (t *tree[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.m.Scan(yield) }
}

// set is an ordered set that many snapshots share; like tree.
type set[T any] struct {
	fork sync.Mutex
	b    *btree.BTreeG[T]
}

func newSet[T any](less func(a, b T) bool) *set[T] {
	return &set[T]{b: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

func (s *set[T]) edit() *set[T] {
	s.fork.Lock()
	defer s.fork.Unlock()
	return &set[T]{b: s.b.IsoCopy()}
}
