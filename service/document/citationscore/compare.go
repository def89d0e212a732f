package main

import "github.com/etalon-registry/etalon/service/designation"

// likeness is how near one designation comes to another: 0 not at all, 1 the
// same, 0.5 the undated or unparted parent.
type likeness float64

const (
	unlike likeness = 0
	parent likeness = 0.5
	same   likeness = 1
)

// compare says how near the found designation comes to one of the wanted.
func compare(found designation.ID, wanted ...string) likeness {
	best := unlike
	key := reduced(found)
	for _, w := range wanted {
		id, err := designation.Parse(w)
		if err != nil {
			if designation.Key(w) == found.Key() {
				return same
			}
			continue
		}
		if reduced(id) == key {
			return same
		}
		if isParent(key, id) {
			best = parent
		}
	}
	return best
}

// reduced is the key without prefixes of adoption and with the IEC that was
// left out.
func reduced(id designation.ID) string {
	for {
		low, ok := id.Adopts()
		if !ok {
			break
		}
		id = low
	}
	if joint, ok := id.JointForm(); ok {
		id = joint
	}
	return id.Key()
}

// isParent says whether key is that of id without its edition or its parts.
func isParent(key string, id designation.ID) bool {
	for _, less := range []func(designation.ID) designation.ID{designation.ID.Base, designation.ID.Undated} {
		if reduced(less(id)) == key {
			return true
		}
	}
	for len(id.Parts) > 0 {
		id = id.Base()
		id.Parts = id.Parts[:len(id.Parts)-1]
		if reduced(id) == key || reduced(id.Undated()) == key {
			return true
		}
	}
	return false
}
