package codec

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func authorityToProto(a *standard.Authority) *storev1.Authority {
	return &storev1.Authority{
		Id:           string(a.ID),
		Titles:       each(a.Titles, textToProto),
		Descriptions: each(a.Descriptions, textToProto),
		Homepage:     a.Homepage,
		Contacts:     each(a.Contacts, contactToProto),
		Sectors:      a.Sectors,
		Parent:       string(a.Parent),
		Prefixes:     a.Prefixes,
		Created:      Timestamp(a.Created),
		Updated:      Timestamp(a.Updated),
		Revision:     uint64(a.Revision),
	}
}

func standardToProto(s *standard.Standard) *storev1.Standard {
	return &storev1.Standard{
		Authority:    string(s.Name.Authority),
		Name:         s.Name.Standard,
		Titles:       each(s.Titles, textToProto),
		Descriptions: each(s.Descriptions, textToProto),
		Kind:         uint32(s.Kind),
		Scheme:       uint32(s.Scheme),
		Sectors:      s.Sectors,
		Steward:      s.Steward,
		Homepage:     s.Homepage,
		Licence:      s.Licence,
		Access:       uint32(s.Access),
		Designations: s.Designations,
		Relations:    each(s.Relations, relationToProto),
		Tags:         each(s.Tags, tagToProto),
		Provenance:   s.Provenance,
		Created:      Timestamp(s.Created),
		Updated:      Timestamp(s.Updated),
		Revision:     uint64(s.Revision),
	}
}

func versionToProto(v *standard.Version) *storev1.Version {
	return &storev1.Version{
		Authority:    string(v.Name.Authority),
		Standard:     v.Name.Standard,
		Id:           string(v.ID),
		Label:        v.Label,
		Digest:       digestToProto(v.Digest),
		Released:     v.Released.String(),
		Effective:    v.Effective.String(),
		Recorded:     Timestamp(v.Recorded),
		Sequence:     v.Sequence,
		Prerelease:   v.Prerelease,
		Notes:        each(v.Notes, textToProto),
		Designations: v.Designations,
		Relations:    each(v.Relations, relationToProto),
		Links:        each(v.Links, linkToProto),
		Members:      each(v.Members, memberToProto),
		FileCount:    int64(v.FileCount),
		TotalBytes:   v.TotalBytes,
		Provenance:   v.Provenance,
		Revision:     uint64(v.Revision),
	}
}

func stepToProto(s *standard.Step) *storev1.Step {
	m := &storev1.Step{
		Authority:     string(s.Name.Authority),
		Standard:      s.Name.Standard,
		Version:       string(s.Version),
		Number:        int64(s.Number),
		Kind:          uint32(s.Kind),
		Effective:     Timestamp(s.Effective),
		Recorded:      Timestamp(s.Recorded),
		Actor:         s.Actor,
		Note:          s.Note,
		Successor:     s.Successor,
		RemovalDate:   s.RemovalDate.String(),
		Alternative:   s.Alternative,
		Documentation: s.Documentation,
		Cancels:       int64(s.Cancels),
		Revision:      uint64(s.Revision),
	}
	if s.Amendment != nil {
		m.Amendment = amendmentToProto(s.Amendment)
	}
	return m
}

func amendmentToProto(a *standard.Amendment) *storev1.Amendment {
	return &storev1.Amendment{
		Label:           a.Label,
		Released:        dayPtrToProto(a.Released),
		Effective:       dayPtrToProto(a.Effective),
		Notes:           each(a.Notes, textToProto),
		AddRelations:    each(a.AddRelations, relationToProto),
		RemoveRelations: each(a.RemoveRelations, relationToProto),
	}
}

func draftToProto(d *standard.DraftVersion) *storev1.Draft {
	return &storev1.Draft{
		Version:  versionToProto(&d.Version),
		Files:    each(d.Files, fileToProto),
		Status:   uint32(d.Status),
		Author:   d.Author,
		Created:  Timestamp(d.Created),
		Updated:  Timestamp(d.Updated),
		Revision: uint64(d.Revision),
	}
}

func designationToProto(d *standard.Designation) *storev1.Designation {
	return &storev1.Designation{Key: d.Key, Claims: each(d.Claims, claimToProto)}
}

func entryToProto(e *standard.Entry) *storev1.Entry {
	return &storev1.Entry{
		Index:     uint64(e.Index),
		Time:      Timestamp(e.Time),
		Actor:     e.Actor,
		Type:      uint32(e.Type),
		Authority: string(e.Authority),
		Standard:  e.Standard,
		Version:   string(e.Version),
		Digest:    digestToProto(e.Digest),
		Record:    digestToProto(e.Record),
		Step:      int64(e.Step),
		Effective: Timestamp(e.Effective),
		Detail:    e.Detail,
		RequestId: e.RequestID,
		Salt:      e.Salt[:],
	}
}

func outcomeToProto(o *standard.Outcome) *storev1.Outcome {
	return &storev1.Outcome{
		RequestId: o.RequestID,
		Method:    o.Method,
		Hash:      digestToProto(o.Hash),
		Subject:   o.Subject,
		Revision:  uint64(o.Revision),
		Already:   o.Already,
	}
}

func textToProto(t *standard.Text) *storev1.Text {
	return &storev1.Text{Language: t.Language, Value: t.Value}
}

func contactToProto(c *standard.Contact) *storev1.Contact {
	return &storev1.Contact{Name: c.Name, Email: c.Email, Url: c.URL}
}

func tagToProto(t *standard.TagChange) *storev1.TagChange {
	return &storev1.TagChange{
		Tag: t.Tag, Version: string(t.Version),
		Effective: Timestamp(t.Effective), Recorded: Timestamp(t.Recorded),
	}
}

func relationToProto(r *standard.Relation) *storev1.Relation {
	return &storev1.Relation{
		Type: uint32(r.Type), Degree: uint32(r.Degree), Target: r.Target, Member: r.Member,
		Effective: Timestamp(r.Effective), Recorded: Timestamp(r.Recorded),
		Until: Timestamp(r.Until), Retracted: Timestamp(r.Retracted),
	}
}

func fileToProto(f *standard.File) *storev1.File {
	return &storev1.File{
		Path: f.Path, MediaType: f.MediaType, Role: uint32(f.Role),
		Size: f.Size, Digest: digestToProto(f.Digest),
	}
}

func linkToProto(l *standard.Link) *storev1.Link {
	return &storev1.Link{Url: l.URL, Title: l.Title, MediaType: l.MediaType, Role: uint32(l.Role)}
}

func memberToProto(m *standard.Member) *storev1.Member {
	return &storev1.Member{Id: m.ID, Title: m.Title, Kind: m.Kind}
}

func claimToProto(c *standard.Claim) *storev1.Claim {
	return &storev1.Claim{
		Text: c.Text, Authority: string(c.Name.Authority), Standard: c.Name.Standard,
		Version: string(c.Version), Owner: c.Owner,
		Effective: Timestamp(c.Effective), Until: Timestamp(c.Until),
		Recorded: Timestamp(c.Recorded), Retracted: Timestamp(c.Retracted),
	}
}

// Timestamp is a time as it is stored. The zero time is left unset.
func Timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func digestToProto(d standard.Digest) []byte {
	if d.IsZero() {
		return nil
	}
	return d[:]
}

func dayPtrToProto(d *standard.Day) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

func each[A, B any](in []A, f func(*A) *B) []*B {
	if len(in) == 0 {
		return nil
	}
	out := make([]*B, len(in))
	for i := range in {
		out[i] = f(&in[i])
	}
	return out
}
