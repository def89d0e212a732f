package release

import (
	"github.com/etalon-registry/etalon/service/standard"
)

// FileName is the name of the manifest in a directory.
const FileName = "etalon.yaml"

// Release is one version to publish, with what its manifest says of the
// standard.
type Release struct {
	Name    standard.Name
	Version standard.VersionID

	// Of the standard. Titles, Kind and Scheme are unset where the manifest
	// leaves them to the standard as it is registered.
	Titles       []standard.Text
	Descriptions []standard.Text
	Kind         standard.Kind
	Scheme       standard.Scheme
	Sectors      []string
	Steward      string
	Licence      string
	Access       standard.Access
	Homepage     string

	Label      string
	Released   standard.Day
	Effective  standard.Day
	Sequence   uint64 // under the Declared scheme
	Prerelease bool   // declared; under SEMVER the version says it
	Notes      []standard.Text

	Tags                 []string // set to the version after publication
	Designations         []string // of the version
	StandardDesignations []string // of the undated standard
	Files                []FileRule
	AllFiles             bool // no "files" given: all of the directory
	Links                []standard.Link
	Members              []standard.Member
	Relations            []standard.Relation
}

// FileRule names one file or, by a glob, several. Exactly one of Path and
// Glob is set.
type FileRule struct {
	Path      string
	Glob      string
	MediaType string        // empty: by extension and content
	Role      standard.Role // RoleUnspecified: by extension and content
	Line      int           // in the manifest
}

// FileEntry is one file that a release publishes.
type FileEntry struct {
	File   standard.File // Digest is zero until Hash was called
	Source string        // slash-separated path in the directory
}
