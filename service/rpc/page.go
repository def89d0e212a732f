package rpc

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"time"
)

// take gives the first n items that keep lets through (nil: all), and says
// whether there are more.
func take[T any](items iter.Seq[T], n int, keep predicate[T]) (out []T, more bool) {
	for i := range items {
		if keep != nil && !keep(i) {
			continue
		}
		if len(out) == n {
			return out, true
		}
		out = append(out, i)
	}
	return out, false
}

// keyed is an item with its sort key, which no other item has.
type keyed[T any] struct {
	key  string
	item T
}

// takeSorted gives the n items with the smallest keys (largest where desc)
// beyond after, in order. It holds no more than 2n of them.
func takeSorted[T any](items iter.Seq[T], key func(T) string, n int, after string, desc bool, keep predicate[T]) (out []keyed[T], more bool) {
	order := func(a, b keyed[T]) int {
		if desc {
			return cmp.Compare(b.key, a.key)
		}
		return cmp.Compare(a.key, b.key)
	}
	for i := range items {
		if keep != nil && !keep(i) {
			continue
		}
		k := keyed[T]{key(i), i}
		if after != "" && order(k, keyed[T]{key: after}) <= 0 {
			continue
		}
		if out = append(out, k); len(out) >= 2*n+2 {
			slices.SortFunc(out, order)
			out, more = out[:n], true
		}
	}
	slices.SortFunc(out, order)
	if len(out) > n {
		out, more = out[:n], true
	}
	return out, more
}

// timeKey orders as times do, then as names.
func timeKey(t time.Time, name string) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(t.UnixNano())^1<<63)
	return string(b[:]) + name
}

// orderIn reads an AIP-132 order of one of the fields; empty: the first.
func orderIn(f *fields, text string, allowed ...string) (field string, desc bool) {
	parts := strings.Fields(text)
	switch {
	case len(parts) == 0:
		return allowed[0], false
	case len(parts) == 2 && (parts[1] == "desc" || parts[1] == "asc"):
		desc = parts[1] == "desc"
	case len(parts) > 1:
		parts[0] = ""
	}
	if !slices.Contains(allowed, parts[0]) {
		f.add("order_by", "%q wants one of %s, each with \" desc\" if wanted", text, strings.Join(allowed, ", "))
		return allowed[0], false
	}
	return parts[0], desc
}
