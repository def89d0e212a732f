package release

import (
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
)

// Standard is the record of the undated standard. Tags and times are unset:
// they come with the publication.
func (rel *Release) Standard() standard.Standard {
	return standard.Standard{
		Name:         rel.Name,
		Titles:       slices.Clone(rel.Titles),
		Descriptions: slices.Clone(rel.Descriptions),
		Kind:         rel.Kind,
		Scheme:       rel.Scheme,
		Sectors:      slices.Clone(rel.Sectors),
		Steward:      rel.Steward,
		Homepage:     rel.Homepage,
		Licence:      rel.Licence,
		Access:       rel.Access,
		Designations: slices.Clone(rel.StandardDesignations),
	}
}

// VersionRecord is the record of the version with the given files, as far as
// the manifest says: the digest and the times come with the publication.
func (rel *Release) VersionRecord(files []FileEntry) standard.Version {
	v := standard.Version{
		Name:         rel.Name,
		ID:           rel.Version,
		Label:        rel.Label,
		Released:     rel.Released,
		Effective:    rel.Effective,
		Sequence:     rel.Sequence,
		Prerelease:   rel.Prerelease,
		Notes:        slices.Clone(rel.Notes),
		Designations: slices.Clone(rel.Designations),
		Relations:    slices.Clone(rel.Relations),
		Links:        slices.Clone(rel.Links),
		Members:      slices.Clone(rel.Members),
		FileCount:    len(files),
	}
	for _, f := range files {
		v.TotalBytes += f.File.Size
	}
	return v
}

// Files are the files of the entries.
func Files(entries []FileEntry) []standard.File {
	files := make([]standard.File, len(entries))
	for i, e := range entries {
		files[i] = e.File
	}
	return files
}
