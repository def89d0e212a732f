package rpc

import (
	"fmt"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// authorityIn reads the fields of an authority but for its name.
func authorityIn(f *fields, field string, in *etalonv1.Authority) standard.Authority {
	out := standard.Authority{
		Titles:       textsIn(f, field+".titles", in.GetTitles()),
		Descriptions: textsIn(f, field+".descriptions", in.GetDescriptions()),
		Homepage:     in.GetHomepage(),
		Sectors:      in.GetSectors(),
		Parent:       optional(f, field+".parent", in.GetParent(), standard.ParseAuthorityResource),
		Prefixes:     in.GetDesignationPrefixes(),
	}
	for i, c := range in.GetContacts() {
		if c.GetName() == "" && c.GetEmail() == "" && c.GetUrl() == "" {
			f.add(fmt.Sprintf("%s.contacts[%d]", field, i), "is empty; give a name, an email or a url")
		}
		out.Contacts = append(out.Contacts, standard.Contact{Name: c.GetName(), Email: c.GetEmail(), URL: c.GetUrl()})
	}
	return out
}

func (s *Service) authorityOut(a *standard.Authority) *etalonv1.Authority {
	out := &etalonv1.Authority{
		Name:                standard.AuthorityName(a.ID),
		Titles:              textsOut(a.Titles),
		Descriptions:        textsOut(a.Descriptions),
		Homepage:            a.Homepage,
		Sectors:             a.Sectors,
		DesignationPrefixes: a.Prefixes,
		CreateTime:          stamp(a.Created),
		UpdateTime:          stamp(a.Updated),
		Revision:            uint64(a.Revision),
		Etag:                etag(a.Revision),
		Iri:                 standard.AuthorityIRI(s.baseIRI, a.ID),
	}
	if a.Parent != "" {
		out.Parent = standard.AuthorityName(a.Parent)
	}
	for _, c := range a.Contacts {
		out.Contacts = append(out.Contacts, &etalonv1.Contact{Name: c.Name, Email: c.Email, Url: c.URL})
	}
	return out
}
