package replica

import (
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// chunkLen is how many entries a commit copies at most to add its own.
const chunkLen = 128

// tail is the recent end of the change log, without gaps. It is never changed
// once shared: adding copies the last chunk and the list of full ones.
type tail struct {
	limit int // entries kept, rounded up to whole chunks
	after standard.Revision
	n     int
	full  [][]*standard.Entry // each of chunkLen
	last  []*standard.Entry
}

func (t tail) with(entries []*standard.Entry) tail {
	if len(entries) == 0 {
		return t
	}
	cloned := false
	t.last = slices.Clone(t.last)
	for _, e := range entries {
		t.last = append(t.last, e)
		t.n++
		if len(t.last) < chunkLen {
			continue
		}
		if !cloned {
			t.full, cloned = slices.Clone(t.full), true
		}
		t.full, t.last = append(t.full, t.last), nil
	}
	for len(t.full) > 0 && t.n-chunkLen >= t.limit {
		if !cloned {
			t.full, cloned = slices.Clone(t.full), true
		}
		t.after += chunkLen
		t.n -= chunkLen
		t.full = t.full[1:]
	}
	return t
}

// entries gives at most limit entries after the revision; false if the tail
// starts later. An empty answer with true: there is nothing newer.
func (t tail) entries(after standard.Revision, limit int) ([]*standard.Entry, bool) {
	if after < t.after {
		return nil, false
	}
	skip := int(min(after-t.after, standard.Revision(t.n)))
	n := min(limit, t.n-skip)
	if n <= 0 {
		return nil, true
	}
	if c := skip / chunkLen; c >= len(t.full) {
		i := skip - len(t.full)*chunkLen
		return t.last[i : i+n : i+n], true
	} else if i := skip % chunkLen; i+n <= chunkLen {
		return t.full[c][i : i+n : i+n], true
	}
	return t.gather(skip, n), true
}

func (t tail) gather(skip, n int) []*standard.Entry {
	out := make([]*standard.Entry, 0, n)
	for c := skip / chunkLen; len(out) < n; c++ {
		chunk := t.last
		if c < len(t.full) {
			chunk = t.full[c]
		}
		i := 0
		if len(out) == 0 {
			i = skip % chunkLen
		}
		out = append(out, chunk[i:min(len(chunk), i+n-len(out))]...)
	}
	return out
}
