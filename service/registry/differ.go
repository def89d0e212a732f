package registry

import (
	"fmt"
	"reflect"

	"github.com/etalon-registry/etalon/service/standard"
)

// differingStandard names the fields of a standard that the publication gives
// and the catalogue has otherwise. They are not changed.
func differingStandard(have, given *standard.Standard) []string {
	if given == nil {
		return nil
	}
	var notes []string
	for _, f := range standardFields {
		var want, got, empty standard.Standard
		f.copy(&want, given)
		f.copy(&got, have)
		got.Relations = cleanRelations(got.Relations)
		if !reflect.DeepEqual(want, empty) && !reflect.DeepEqual(want, got) {
			notes = append(notes, fmt.Sprintf("standard.%s differs from the catalogue's and was not changed", f.path))
		}
	}
	return notes
}

// differingVersion names the descriptive fields of a version that was
// published before in which it differs. They are not changed.
func differingVersion(have, given *standard.Version) []string {
	var notes []string
	for _, f := range versionFields {
		var want, got standard.Version
		f.copy(&want, given)
		f.copy(&got, have)
		got.Relations = cleanRelations(got.Relations)
		if !reflect.DeepEqual(want, got) {
			notes = append(notes, fmt.Sprintf("version.%s differs from what was published and was not changed; correct it with a step", f.path))
		}
	}
	return notes
}

// versionFields are the descriptive fields of a version. The public contract
// spells the paths.
var versionFields = fields[standard.Version]{
	{"label", func(to, from *standard.Version) { to.Label = from.Label }},
	{"release_date", func(to, from *standard.Version) { to.Released = from.Released }},
	{"effective_date", func(to, from *standard.Version) { to.Effective = from.Effective }},
	{"sequence", func(to, from *standard.Version) { to.Sequence = from.Sequence }},
	{"prerelease", func(to, from *standard.Version) { to.Prerelease = from.Prerelease }},
	{"notes", func(to, from *standard.Version) { to.Notes = from.Notes }},
	{"designations", func(to, from *standard.Version) { to.Designations = from.Designations }},
	{"relations", func(to, from *standard.Version) { to.Relations = from.Relations }},
	{"links", func(to, from *standard.Version) { to.Links = from.Links }},
	{"members", func(to, from *standard.Version) { to.Members = from.Members }},
	{"provenance", func(to, from *standard.Version) { to.Provenance = from.Provenance }},
}
