package codec

import (
	"fmt"
	"math"
	"time"
	"unique"

	"google.golang.org/protobuf/types/known/timestamppb"

	storev1 "github.com/etalon-registry/etalon/gen/etalon/store/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func authorityFromProto(m *storev1.Authority) (*standard.Authority, error) {
	return &standard.Authority{
		ID:           standard.AuthorityID(intern(m.Id)),
		Titles:       fromEach(m.Titles, textFromProto),
		Descriptions: fromEach(m.Descriptions, textFromProto),
		Homepage:     m.Homepage,
		Contacts:     fromEach(m.Contacts, contactFromProto),
		Sectors:      m.Sectors,
		Parent:       standard.AuthorityID(intern(m.Parent)),
		Prefixes:     m.Prefixes,
		Created:      Time(m.Created),
		Updated:      Time(m.Updated),
		Revision:     standard.Revision(m.Revision),
	}, nil
}

func standardFromProto(m *storev1.Standard) (*standard.Standard, error) {
	var c checks
	s := &standard.Standard{
		Name:         nameOf(m.Authority, m.Name),
		Titles:       fromEach(m.Titles, textFromProto),
		Descriptions: fromEach(m.Descriptions, textFromProto),
		Kind:         standard.Kind(c.enum(m.Kind)),
		Scheme:       standard.Scheme(c.enum(m.Scheme)),
		Sectors:      m.Sectors,
		Steward:      m.Steward,
		Homepage:     m.Homepage,
		Licence:      m.Licence,
		Access:       standard.Access(c.enum(m.Access)),
		Designations: m.Designations,
		Relations:    fromEach(m.Relations, c.relation),
		Tags:         fromEach(m.Tags, tagFromProto),
		Provenance:   m.Provenance,
		Created:      Time(m.Created),
		Updated:      Time(m.Updated),
		Revision:     standard.Revision(m.Revision),
	}
	return s, c.err
}

func versionFromProto(m *storev1.Version) (*standard.Version, error) {
	var c checks
	v := c.version(m)
	return &v, c.err
}

func (c *checks) version(m *storev1.Version) standard.Version {
	return standard.Version{
		Name:         nameOf(m.GetAuthority(), m.GetStandard()),
		ID:           standard.VersionID(m.GetId()),
		Label:        m.GetLabel(),
		Digest:       c.digest(m.GetDigest()),
		Released:     c.day(m.GetReleased()),
		Effective:    c.day(m.GetEffective()),
		Recorded:     Time(m.GetRecorded()),
		Sequence:     m.GetSequence(),
		Prerelease:   m.GetPrerelease(),
		Notes:        fromEach(m.GetNotes(), textFromProto),
		Designations: m.GetDesignations(),
		Relations:    fromEach(m.GetRelations(), c.relation),
		Links:        fromEach(m.GetLinks(), c.link),
		Members:      fromEach(m.GetMembers(), memberFromProto),
		FileCount:    c.count(m.GetFileCount()),
		TotalBytes:   m.GetTotalBytes(),
		Provenance:   m.GetProvenance(),
		Revision:     standard.Revision(m.GetRevision()),
	}
}

func stepFromProto(m *storev1.Step) (*standard.Step, error) {
	var c checks
	s := &standard.Step{
		Name:          nameOf(m.Authority, m.Standard),
		Version:       standard.VersionID(m.Version),
		Number:        c.count(m.Number),
		Kind:          standard.StepKind(c.enum(m.Kind)),
		Effective:     Time(m.Effective),
		Recorded:      Time(m.Recorded),
		Actor:         m.Actor,
		Note:          m.Note,
		Successor:     m.Successor,
		RemovalDate:   c.day(m.RemovalDate),
		Alternative:   m.Alternative,
		Documentation: m.Documentation,
		Cancels:       c.count(m.Cancels),
		Revision:      standard.Revision(m.Revision),
	}
	if a := m.Amendment; a != nil {
		s.Amendment = &standard.Amendment{
			Label:           a.Label,
			Released:        c.dayPtr(a.Released),
			Effective:       c.dayPtr(a.Effective),
			Notes:           fromEach(a.Notes, textFromProto),
			AddRelations:    fromEach(a.AddRelations, c.relation),
			RemoveRelations: fromEach(a.RemoveRelations, c.relation),
		}
	}
	return s, c.err
}

func draftFromProto(m *storev1.Draft) (*standard.DraftVersion, error) {
	var c checks
	d := &standard.DraftVersion{
		Version:  c.version(m.Version),
		Files:    fromEach(m.Files, c.file),
		Status:   standard.Status(c.enum(m.Status)),
		Author:   m.Author,
		Created:  Time(m.Created),
		Updated:  Time(m.Updated),
		Revision: standard.Revision(m.Revision),
	}
	return d, c.err
}

func designationFromProto(m *storev1.Designation) (*standard.Designation, error) {
	return &standard.Designation{Key: m.Key, Claims: fromEach(m.Claims, claimFromProto)}, nil
}

func entryFromProto(m *storev1.Entry) (*standard.Entry, error) {
	var c checks
	e := &standard.Entry{
		Index:     standard.Revision(m.Index),
		Time:      Time(m.Time),
		Actor:     m.Actor,
		Type:      standard.ChangeType(c.enum(m.Type)),
		Authority: standard.AuthorityID(intern(m.Authority)),
		Standard:  intern(m.Standard),
		Version:   standard.VersionID(m.Version),
		Digest:    c.digest(m.Digest),
		Record:    c.digest(m.Record),
		Step:      c.count(m.Step),
		Effective: Time(m.Effective),
		Detail:    m.Detail,
		RequestID: m.RequestId,
	}
	if copy(e.Salt[:], m.Salt) != len(m.Salt) || len(m.Salt) != len(e.Salt) {
		c.fail("salt of %d bytes", len(m.Salt))
	}
	return e, c.err
}

func outcomeFromProto(m *storev1.Outcome) (*standard.Outcome, error) {
	var c checks
	o := &standard.Outcome{
		RequestID: m.RequestId,
		Method:    m.Method,
		Hash:      c.digest(m.Hash),
		Subject:   m.Subject,
		Revision:  standard.Revision(m.Revision),
		Already:   m.Already,
	}
	return o, c.err
}

func textFromProto(m *storev1.Text) standard.Text {
	return standard.Text{Language: intern(m.Language), Value: m.Value}
}

func contactFromProto(m *storev1.Contact) standard.Contact {
	return standard.Contact{Name: m.Name, Email: m.Email, URL: m.Url}
}

func tagFromProto(m *storev1.TagChange) standard.TagChange {
	return standard.TagChange{
		Tag: intern(m.Tag), Version: standard.VersionID(m.Version),
		Effective: Time(m.Effective), Recorded: Time(m.Recorded),
	}
}

func memberFromProto(m *storev1.Member) standard.Member {
	return standard.Member{ID: m.Id, Title: m.Title, Kind: intern(m.Kind)}
}

func claimFromProto(m *storev1.Claim) standard.Claim {
	return standard.Claim{
		Text: m.Text, Name: nameOf(m.Authority, m.Standard),
		Version: standard.VersionID(m.Version), Owner: m.Owner,
		Effective: Time(m.Effective), Until: Time(m.Until),
		Recorded: Time(m.Recorded), Retracted: Time(m.Retracted),
	}
}

// checks keeps the first thing wrong with a value that decoded as protobuf.
type checks struct {
	err error
}

func (c *checks) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *checks) relation(m *storev1.Relation) standard.Relation {
	return standard.Relation{
		Type:   standard.RelationType(c.enum(m.Type)),
		Degree: standard.Degree(c.enum(m.Degree)),
		Target: m.Target, Member: m.Member,
		Effective: Time(m.Effective), Recorded: Time(m.Recorded),
		Until: Time(m.Until), Retracted: Time(m.Retracted),
	}
}

func (c *checks) file(m *storev1.File) standard.File {
	return standard.File{
		Path: m.Path, MediaType: intern(m.MediaType), Role: standard.Role(c.enum(m.Role)),
		Size: m.Size, Digest: c.digest(m.Digest),
	}
}

func (c *checks) link(m *storev1.Link) standard.Link {
	return standard.Link{
		URL: m.Url, Title: m.Title, MediaType: intern(m.MediaType), Role: standard.Role(c.enum(m.Role)),
	}
}

// enum bounds a number to the domain's one-byte enumerations. A number that
// this program has no name for is kept.
func (c *checks) enum(n uint32) uint8 {
	if n > math.MaxUint8 {
		c.fail("enumeration value %d", n)
		return 0
	}
	return uint8(n)
}

func (c *checks) count(n int64) int {
	if n < 0 || n > math.MaxInt32 {
		c.fail("count of %d", n)
		return 0
	}
	return int(n)
}

func (c *checks) digest(b []byte) (d standard.Digest) {
	if len(b) != 0 && len(b) != len(d) {
		c.fail("digest of %d bytes", len(b))
	}
	copy(d[:], b)
	return d
}

func (c *checks) day(s string) standard.Day {
	if s == "" {
		return standard.Day{}
	}
	d, err := standard.ParseDay(s)
	if err != nil {
		c.fail("%w", err)
	}
	return d
}

func (c *checks) dayPtr(s *string) *standard.Day {
	if s == nil {
		return nil
	}
	d := c.day(*s)
	return &d
}

// Time is the inverse of Timestamp.
func Time(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

func nameOf(authority, name string) standard.Name {
	return standard.Name{Authority: standard.AuthorityID(intern(authority)), Standard: intern(name)}
}

// intern gives equal strings one memory: a name is repeated in every version
// and every step of its standard.
func intern(s string) string {
	if s == "" {
		return ""
	}
	return unique.Make(s).Value()
}

func fromEach[A, B any](in []*A, f func(*A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i := range in {
		out[i] = f(in[i])
	}
	return out
}
