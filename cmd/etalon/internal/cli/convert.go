package cli

import (
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

// The messages of a release. The domain's enums have the numbers of the
// contract, so they convert as they are.

func versionMessage(rel *release.Release) *etalonv1.Version {
	return &etalonv1.Version{
		Label:         rel.Label,
		ReleaseDate:   rel.Released.String(),
		EffectiveDate: rel.Effective.String(),
		Sequence:      rel.Sequence,
		Prerelease:    rel.Prerelease,
		Notes:         each(rel.Notes, textMessage),
		Designations:  rel.Designations,
		Relations:     each(rel.Relations, relationMessage),
		Links:         each(rel.Links, linkMessage),
		Members:       each(rel.Members, memberMessage),
	}
}

func standardMessage(rel *release.Release) *etalonv1.Standard {
	return &etalonv1.Standard{
		Titles:       each(rel.Titles, textMessage),
		Descriptions: each(rel.Descriptions, textMessage),
		Kind:         etalonv1.Kind(rel.Kind),
		Scheme:       etalonv1.VersionScheme(rel.Scheme),
		Sectors:      rel.Sectors,
		Steward:      rel.Steward,
		Homepage:     rel.Homepage,
		Licence:      rel.Licence,
		Access:       etalonv1.Access(rel.Access),
		Designations: rel.StandardDesignations,
	}
}

func fileMessages(entries []release.FileEntry) []*etalonv1.File {
	return each(entries, func(e release.FileEntry) *etalonv1.File {
		f := e.File
		return &etalonv1.File{
			Path: f.Path, MediaType: f.MediaType, Role: etalonv1.FileRole(f.Role), SizeBytes: f.Size, Digest: f.Digest.String(),
		}
	})
}

func textMessage(t standard.Text) *etalonv1.Text {
	return &etalonv1.Text{Language: t.Language, Value: t.Value}
}

func relationMessage(r standard.Relation) *etalonv1.Relation {
	return &etalonv1.Relation{
		Type: etalonv1.RelationType(r.Type), Degree: etalonv1.Degree(r.Degree), Target: r.Target, Member: r.Member,
	}
}

func linkMessage(l standard.Link) *etalonv1.Link {
	return &etalonv1.Link{Url: l.URL, Title: l.Title, MediaType: l.MediaType, Role: etalonv1.FileRole(l.Role)}
}

func memberMessage(m standard.Member) *etalonv1.Member {
	return &etalonv1.Member{Id: m.ID, Title: m.Title, Kind: m.Kind}
}

func each[T, U any](in []T, f func(T) U) []U {
	var out []U
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}
