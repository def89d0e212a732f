// Package starter holds the catalogue that a development server starts with:
// standards that public procurement cites, as facts (designations, titles,
// editions, status, successors, adoption). It holds no text of any standard.
//
// Each file of catalogue/ is a whole catalogue file, which may be loaded by
// itself. Where an authority's standards fill several files, they are in a
// directory of its name, one file for each subject, and all of them tell the
// same of the authority.
package starter

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"reflect"

	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

//go:embed catalogue
var files embed.FS

// Catalogues reads the built-in catalogue, one for each authority, in the
// order of their files' names.
func Catalogues() ([]*release.Catalogue, error) { return Read(files, "catalogue") }

// Read reads the catalogue files, *.yaml, below a directory. Files of one
// authority become one catalogue, in the place of the first of them. It is an
// error where they differ on the authority or give a standard twice.
func Read(fsys fs.FS, dir string) ([]*release.Catalogue, error) {
	var all []*release.Catalogue
	of := map[standard.AuthorityID]*release.Catalogue{}
	held := map[standard.Name]string{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		c, err := release.ParseCatalogue(data)
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
