package rpc

import (
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// draftIn reads the fields of a draft but for its name.
func draftIn(f *fields, field string, in *etalonv1.Draft) standard.DraftVersion {
	return standard.DraftVersion{
		Version: versionIn(f, field+".version", in.GetVersion()),
		Files:   filesIn(f, field+".files", in.GetFiles()),
	}
}

// draftOut shows a draft; a list leaves files and members out.
func draftOut(d *standard.DraftVersion, whole bool) *etalonv1.Draft {
	v := &d.Version
	out := &etalonv1.Draft{
		Name: standard.DraftResource(v.Name, v.ID),
		Version: &etalonv1.Version{
			Version: string(v.ID), Label: v.Label,
			ReleaseDate: v.Released.String(), EffectiveDate: v.Effective.String(),
			Sequence: v.Sequence, Prerelease: v.Prerelease,
			Notes: textsOut(v.Notes), Designations: v.Designations,
			Relations: relationsOut(v.Relations), Links: linksOut(v.Links),
			Provenance: v.Provenance,
		},
		Status:     etalonv1.Status(d.Status),
		Author:     d.Author,
		CreateTime: stamp(d.Created),
		UpdateTime: stamp(d.Updated),
		Revision:   uint64(d.Revision),
		Etag:       etag(d.Revision),
	}
	if !whole {
		return out
	}
	for i := range v.Members {
		out.Version.Members = append(out.Version.Members, memberOut(&v.Members[i]))
	}
	for i := range d.Files {
		out.Files = append(out.Files, fileOut(&d.Files[i]))
	}
	return out
}
