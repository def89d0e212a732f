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
	Source   string       // URL where the facts were read
	Verified standard.Day // when they were last compared with it
}

// CatalogueVersion is a version that is known by its facts and links alone.
type CatalogueVersion struct {
	Record   standard.Version
	Steps    []standard.Step
	Source   string
	Verified standard.Day
}
