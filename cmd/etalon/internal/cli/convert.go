package cli

import (
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

// The messages of a release. The domain's enums have the numbers of the
// contract, so they convert as they are.

func versionMessage(v standard.Version) *etalonv1.Version {
	return &etalonv1.Version{
		Label:         v.Label,
		ReleaseDate:   v.Released.String(),
		EffectiveDate: v.Effective.String(),
		Sequence:      v.Sequence,
		Prerelease:    v.Prerelease,
		Notes:         each(v.Notes, textMessage),
		Designations:  v.Designations,
		Relations:     each(v.Relations, relationMessage),
		Links:         each(v.Links, linkMessage),
		Members:       each(v.Members, memberMessage),
		Provenance:    v.Provenance,
	}
}

func standardMessage(s standard.Standard) *etalonv1.Standard {
	return &etalonv1.Standard{
		Titles:       each(s.Titles, textMessage),
		Descriptions: each(s.Descriptions, textMessage),
		Kind:         etalonv1.Kind(s.Kind),
		Scheme:       etalonv1.VersionScheme(s.Scheme),
		Sectors:      s.Sectors,
		Steward:      s.Steward,
		Homepage:     s.Homepage,
		Licence:      s.Licence,
		Access:       etalonv1.Access(s.Access),
		Designations: s.Designations,
		Provenance:   s.Provenance,
		Relations:    each(s.Relations, relationMessage),
	}
}

func authorityMessage(a standard.Authority) *etalonv1.Authority {
	return &etalonv1.Authority{
		Titles:              each(a.Titles, textMessage),
		Descriptions:        each(a.Descriptions, textMessage),
		Homepage:            a.Homepage,
		Contacts:            each(a.Contacts, contactMessage),
		Sectors:             a.Sectors,
		DesignationPrefixes: a.Prefixes,
		Parent:              parentName(a.Parent),
	}
}

func parentName(id standard.AuthorityID) string {
	if id == "" {
		return ""
	}
	return standard.AuthorityName(id)
}

func contactMessage(c standard.Contact) *etalonv1.Contact {
	return &etalonv1.Contact{Name: c.Name, Email: c.Email, Url: c.URL}
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
