package replica

import (
	"iter"
	"slices"
)

// tree is an ordered map that never changes: set and delete give another one,
// which shares all nodes but those on one path. Nothing in it is ever written
// to again, so it is read and forked without locks. A tree that is loaded at
// once is packed full. (The libraries tried mark nodes as shared when they
// copy, which is a write to the source, and load half-empty nodes.)
type tree[K, V any] struct {
	root    *node[K, V] // nil: empty
	n       int
	compare func(a, b K) int
}

// node is a leaf with keys and values, or has children; lows[i] is then at or
// below all keys of kids[i] and above those of the kids before, but for
// lows[0], which is not looked at.
type node[K, V any] struct {
	keys []K // of a leaf; else the lows
	vals []V
	kids []*node[K, V]
}

// nodeLen is the most keys of a node. More make look-ups cheaper in memory,
// fewer make changes cheaper.
const nodeLen = 32

func newTree[K, V any](compare func(a, b K) int) tree[K, V] { return tree[K, V]{compare: compare} }

// loadTree makes a tree of pairs that ascend strictly.
func loadTree[K, V any](compare func(a, b K) int, keys []K, vals []V) tree[K, V] {
	t := tree[K, V]{compare: compare, n: len(keys)}
	var level []*node[K, V]
	for i := 0; i < len(keys); i += nodeLen {
		end := min(i+nodeLen, len(keys))
		level = append(level, &node[K, V]{keys: slices.Clone(keys[i:end]), vals: slices.Clone(vals[i:end])})
	}
	for len(level) > 1 {
		var up []*node[K, V]
		for i := 0; i < len(level); i += nodeLen {
			kids := slices.Clone(level[i:min(i+nodeLen, len(level))])
			lows := make([]K, len(kids))
			for k := range kids {
				lows[k] = kids[k].keys[0]
			}
			up = append(up, &node[K, V]{keys: lows, kids: kids})
		}
		level = up
	}
	if len(level) == 1 {
		t.root = level[0]
	}
	return t
}

func (t tree[K, V]) len() int { return t.n }

// get gives the value of k, the zero value if there is none.
func (t tree[K, V]) get(k K) (v V) {
	n := t.root
	if n == nil {
		return v
	}
	for n.kids != nil {
		n = n.kids[t.kid(n, k)]
	}
	if i, ok := t.search(n, k); ok {
		return n.vals[i]
	}
	return v
}

// search is the first key of n at or after k.
func (t tree[K, V]) search(n *node[K, V], k K) (int, bool) {
	lo, hi := 0, len(n.keys)
	for lo < hi {
		mid := (lo + hi) / 2
		switch c := t.compare(n.keys[mid], k); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// kid is the child that has k if any has.
func (t tree[K, V]) kid(n *node[K, V], k K) int {
	i, exact := t.search(n, k)
	if exact || i == 0 {
		return i
	}
	return i - 1
}

// set is the tree with v at k.
func (t tree[K, V]) set(k K, v V) tree[K, V] {
	if t.root == nil {
		t.root = &node[K, V]{keys: []K{k}, vals: []V{v}}
		t.n = 1
		return t
	}
	left, right, added := t.setIn(t.root, k, v)
	if right != nil {
		left = &node[K, V]{keys: []K{left.keys[0], right.keys[0]}, kids: []*node[K, V]{left, right}}
	}
	t.root = left
	if added {
		t.n++
	}
	return t
}

// setIn gives one node, or two where one had become too long.
func (t tree[K, V]) setIn(n *node[K, V], k K, v V) (left, right *node[K, V], added bool) {
	if n.kids == nil {
		i, found := t.search(n, k)
		if found {
			out := &node[K, V]{keys: slices.Clone(n.keys), vals: slices.Clone(n.vals)}
			out.keys[i], out.vals[i] = k, v
			return out, nil, false
		}
		out := &node[K, V]{keys: inserted(n.keys, i, k), vals: inserted(n.vals, i, v)}
		left, right = out.split()
		return left, right, true
	}
	i := t.kid(n, k)
	a, b, added := t.setIn(n.kids[i], k, v)
	out := &node[K, V]{keys: n.keys, kids: slices.Clone(n.kids)}
	out.kids[i] = a
	if b == nil {
		return out, nil, added
	}
	out.keys, out.kids = inserted(n.keys, i+1, b.keys[0]), inserted(out.kids, i+1, b)
	left, right = out.split()
	return left, right, added
}

func (n *node[K, V]) split() (left, right *node[K, V]) {
	if len(n.keys) <= nodeLen {
		return n, nil
	}
	at := len(n.keys) / 2
	left, right = &node[K, V]{keys: slices.Clone(n.keys[:at])}, &node[K, V]{keys: slices.Clone(n.keys[at:])}
	if n.kids == nil {
		left.vals, right.vals = slices.Clone(n.vals[:at]), slices.Clone(n.vals[at:])
	} else {
		left.kids, right.kids = slices.Clone(n.kids[:at]), slices.Clone(n.kids[at:])
	}
	return left, right
}

// delete is the tree without k. Nodes that become empty go; others are not
// joined, for little is ever deleted.
func (t tree[K, V]) delete(k K) tree[K, V] {
	if t.root == nil {
		return t
	}
	root, removed := t.deleteIn(t.root, k)
	if removed {
		t.root = root
		t.n--
	}
	return t
}

func (t tree[K, V]) deleteIn(n *node[K, V], k K) (out *node[K, V], removed bool) {
	if n.kids == nil {
		i, found := t.search(n, k)
		switch {
		case !found:
			return n, false
		case len(n.keys) == 1:
			return nil, true
		}
		return &node[K, V]{keys: removedAt(n.keys, i), vals: removedAt(n.vals, i)}, true
	}
	i := t.kid(n, k)
	kid, removed := t.deleteIn(n.kids[i], k)
	switch {
	case !removed:
		return n, false
	case kid != nil:
		out = &node[K, V]{keys: n.keys, kids: slices.Clone(n.kids)}
		out.kids[i] = kid
		return out, true
	case len(n.kids) == 1:
		return nil, true
	}
	return &node[K, V]{keys: removedAt(n.keys, i), kids: removedAt(n.kids, i)}, true
}

// from gives the pairs with keys at or after pivot, ascending.
func (t tree[K, V]) from(pivot K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t.root != nil {
			t.walk(t.root, &pivot, yield)
		}
	}
}

// all gives every pair, ascending.
func (t tree[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t.root != nil {
			t.walk(t.root, nil, yield)
		}
	}
}

// walk says whether yield wants more.
func (t tree[K, V]) walk(n *node[K, V], pivot *K, yield func(K, V) bool) bool {
	i := 0
	if n.kids == nil {
		if pivot != nil {
			i, _ = t.search(n, *pivot)
		}
		for ; i < len(n.keys); i++ {
			if !yield(n.keys[i], n.vals[i]) {
				return false
			}
		}
		return true
	}
	if pivot != nil {
		i = t.kid(n, *pivot)
	}
	for ; i < len(n.kids); i++ {
		if !t.walk(n.kids[i], pivot, yield) {
			return false
		}
		pivot = nil
	}
	return true
}

func inserted[T any](s []T, i int, v T) []T {
	out := make([]T, len(s)+1)
	copy(out, s[:i])
	out[i] = v
	copy(out[i+1:], s[i:])
	return out
}

func removedAt[T any](s []T, i int) []T {
	out := make([]T, len(s)-1)
	copy(out, s[:i])
	copy(out[i:], s[i+1:])
	return out
}
