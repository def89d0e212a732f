// Package starter holds the catalogue that a development server starts with:
// standards that public procurement cites, as facts (designations, titles,
// editions, status, successors, adoption). It holds no text of any standard.
package starter

import (
	"embed"
	"fmt"
	"io/fs"

	"github.com/etalon-registry/etalon/service/release"
)

//go:embed catalogue/*.yaml
var files embed.FS

// Catalogues reads the built-in catalogue, one for each authority, in the
// order of their files' names.
func Catalogues() ([]*release.Catalogue, error) { return Read(files, "catalogue/*.yaml") }

// Read reads catalogue files.
func Read(fsys fs.FS, pattern string) ([]*release.Catalogue, error) {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return nil, err
	}
	var all []*release.Catalogue
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		c, err := release.ParseCatalogue(data)
		if err != nil {
			return nil, fmt.Errorf("%s:\n%w", name, err)
		}
		all = append(all, c)
	}
	return all, nil
}
