package rpc

import (
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// standardIn reads the fields of a standard but for its name.
func standardIn(f *fields, field string, in *etalonv1.Standard) standard.Standard {
	return standard.Standard{
		Titles:       textsIn(f, field+".titles", in.GetTitles()),
		Descriptions: textsIn(f, field+".descriptions", in.GetDescriptions()),
		Kind:         enumIn[standard.Kind](f, field+".kind", in.GetKind(), etalonv1.Kind_name),
		Scheme:       enumIn[standard.Scheme](f, field+".scheme", in.GetScheme(), etalonv1.VersionScheme_name),
		Sectors:      in.GetSectors(),
		Steward:      in.GetSteward(),
		Homepage:     in.GetHomepage(),
		Licence:      in.GetLicence(),
		Access:       enumIn[standard.Access](f, field+".access", in.GetAccess(), etalonv1.Access_name),
		Designations: in.GetDesignations(),
		Relations:    relationsIn(f, field+".relations", in.GetRelations()),
		Provenance:   in.GetProvenance(),
	}
}

// standardOut shows a standard as it stands at a moment.
func (s *Service) standardOut(view resolve.View, st *resolve.Standard, now time.Time) *etalonv1.Standard {
	return s.standardAs(st, resolve.Latest(view, st, now), now)
}

// standardAs is standardOut with the latest version known, nil: none.
func (s *Service) standardAs(st *resolve.Standard, latest *resolve.Version, now time.Time) *etalonv1.Standard {
	r := st.Record
	out := &etalonv1.Standard{
		Name:         r.Name.Resource(),
		Titles:       textsOut(r.Titles),
		Descriptions: textsOut(r.Descriptions),
		Kind:         etalonv1.Kind(r.Kind),
		Scheme:       etalonv1.VersionScheme(r.Scheme),
		Sectors:      r.Sectors,
		Steward:      r.Steward,
		Homepage:     r.Homepage,
		Licence:      r.Licence,
		Access:       etalonv1.Access(r.Access),
		Designations: r.Designations,
		Relations:    relationsOut(r.Relations),
		VersionCount: int32(len(st.Versions)),
		Provenance:   r.Provenance,
		CreateTime:   stamp(r.Created),
		UpdateTime:   stamp(r.Updated),
		Revision:     uint64(standardRevision(st)),
		Etag:         etag(r.Revision),
		Iri:          standard.IRI(s.baseIRI, r.Name, "", ""),
	}
	if len(r.Tags) > 0 {
		out.Tags = map[string]string{}
		for tag, v := range standard.TagsAt(r.Tags, now, time.Time{}) {
			out.Tags[tag] = string(v)
		}
	}
	if latest != nil {
		out.LatestVersion = string(latest.Record.ID)
	}
	return out
}

// standardRevision is that of the last change to a standard or one of its
// versions.
func standardRevision(st *resolve.Standard) standard.Revision {
	rev := st.Record.Revision
	for _, v := range st.Versions {
		rev = max(rev, versionRevision(v))
	}
	return rev
}
