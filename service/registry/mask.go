package registry

import (
	"reflect"
	"slices"
	"strings"
)

// fields are the parts of a record of type T that an update may change, by
// the path that a field mask names them with.
type fields[T any] []struct {
	path string
	copy func(to, from *T)
}

// edit gives a function that copies the fields which the mask names from one
// record to another. An empty mask names every field that is not empty, "*"
// all. A path names what lies below it too. Unknown paths give an
// *InvalidError; the message prefix is left off the paths.
func (fs fields[T]) edit(message string, from *T, mask []string) (func(to *T), error) {
	chosen := make([]bool, len(fs))
	if len(mask) == 0 {
		for i, f := range fs {
			var probe, empty T
			f.copy(&probe, from)
			chosen[i] = !reflect.DeepEqual(probe, empty)
		}
	}
	var v violations
	for _, path := range mask {
		path = strings.TrimPrefix(path, message+".")
		known := false
		for i, f := range fs {
			if path == "*" || f.path == path || strings.HasPrefix(f.path, path+".") {
				chosen[i], known = true, true
			}
		}
		if !known {
			v.add("update_mask", "%q can't be changed; what can: %s", clip(path), fs.paths())
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	return func(to *T) {
		for i, f := range fs {
			if chosen[i] {
				f.copy(to, from)
			}
		}
	}, nil
}

func (fs fields[T]) paths() string {
	paths := make([]string, len(fs))
	for i, f := range fs {
		paths[i] = f.path
	}
	slices.Sort(paths)
	return strings.Join(paths, ", ")
}
