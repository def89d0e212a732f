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

	"github.com/etalon-registry/etalon/service/release"
)

//go:embed catalogue
var files embed.FS

// Catalogues reads the built-in catalogue, one for each authority, in the
// order of their files' names.
func Catalogues() ([]*release.Catalogue, error) { return release.ReadCatalogues(files, "catalogue") }
