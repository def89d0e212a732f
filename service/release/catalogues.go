package release

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// ReadCatalogues reads the catalogue files, *.yaml, below a directory, or the
// one file that dir names. Files of one authority become one catalogue, in the
// place of the first of them. It is an error where they differ on the
// authority or give a standard twice.
func ReadCatalogues(fsys fs.FS, dir string) ([]*Catalogue, error) {
	var all []*Catalogue
	of := map[standard.AuthorityID]*Catalogue{}
	held := map[standard.Name]string{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name != dir && path.Ext(name) != ".yaml" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		c, err := ParseCatalogue(data)
		if err != nil {
			return fmt.Errorf("%s:\n%w", name, err)
		}
		for _, s := range c.Standards {
			if other, twice := held[s.Record.Name]; twice {
				return fmt.Errorf("%s: %s is in %s already", name, s.Record.Name, other)
			}
			held[s.Record.Name] = name
		}
		first := of[c.Authority.ID]
		if first == nil {
			of[c.Authority.ID] = c
			all = append(all, c)
			return nil
		}
		if !reflect.DeepEqual(first.Authority, c.Authority) {
			return fmt.Errorf("%s: tells something else of the authority %s than the files before it", name, c.Authority.ID)
		}
		first.Standards = append(first.Standards, c.Standards...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ParentsFirst orders catalogues so that an authority comes after the one that
// it belongs to.
func ParentsFirst(all []*Catalogue) []*Catalogue {
	depth := func(c *Catalogue) int {
		n, parent := 0, c.Authority.Parent
		for parent != "" && n < len(all) { // bounded, should they form a circle
			n++
			i := slices.IndexFunc(all, func(o *Catalogue) bool { return o.Authority.ID == parent })
			if i < 0 {
				break
			}
			parent = all[i].Authority.Parent
		}
		return n
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *Catalogue) int { return depth(a) - depth(b) })
	return out
}
