package release

import (
	"github.com/etalon-registry/etalon/service/standard"
)

// Catalogue is an authority with what is known of its standards.
type Catalogue struct {
	Authority standard.Authority
	Standards []CatalogueStandard
}

// CatalogueStandard is a standard with its known versions.
type CatalogueStandard struct {
	Record   standard.Standard
	Tags     map[string]standard.VersionID
	Versions []CatalogueVersion
	Source   string       // URL where the facts stand
	Verified standard.Day // to which they are known to be right: of the source's state that they were compared with
}

// CatalogueVersion is a version that is known by its facts and links alone.
type CatalogueVersion struct {
	Record   standard.Version
	Steps    []standard.Step
	Source   string
	Verified standard.Day
}
