package rpc

import (
	"fmt"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// The numbers of the domain's enums are those of the contract; a test holds
// them together.

// enumIn reads an enum and refuses numbers that the contract does not have.
func enumIn[D ~uint8, P ~int32](f *fields, field string, v P, names map[int32]string) D {
	if _, ok := names[int32(v)]; !ok {
		f.add(field, "%d is no value of it", int32(v))
		return 0
	}
	return D(v)
}

// enumWanted is enumIn for a field that must be set.
func enumWanted[D ~uint8, P ~int32](f *fields, field string, v P, names map[int32]string) D {
	if v == 0 {
		f.add(field, "is required")
		return 0
	}
	return enumIn[D](f, field, v, names)
}

func textsIn(f *fields, field string, in []*etalonv1.Text) []standard.Text {
	var out []standard.Text
	for i, t := range in {
		if t.GetValue() == "" {
			f.add(fmt.Sprintf("%s[%d].value", field, i), "is empty")
			continue
		}
		lang := t.GetLanguage()
		if lang == "" {
			lang = "en"
		}
		out = append(out, standard.Text{Language: lang, Value: t.GetValue()})
	}
	return out
}

func textsOut(in []standard.Text) []*etalonv1.Text {
	if len(in) == 0 {
		return nil
	}
	out := make([]*etalonv1.Text, len(in))
	for i, t := range in {
		out[i] = &etalonv1.Text{Language: t.Language, Value: t.Value}
	}
	return out
}

// english is the text in English, else the first.
func english(texts []standard.Text) string {
	for _, t := range texts {
		if t.Language == "en" {
			return t.Value
		}
	}
	if len(texts) > 0 {
		return texts[0].Value
	}
	return ""
}

func relationsIn(f *fields, field string, in []*etalonv1.Relation) []standard.Relation {
	var out []standard.Relation
	for i, r := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		if r.GetTarget() == "" {
			f.add(at+".target", "is required")
		}
		out = append(out, standard.Relation{
			Type:   enumWanted[standard.RelationType](f, at+".type", r.GetType(), etalonv1.RelationType_name),
			Degree: enumIn[standard.Degree](f, at+".degree", r.GetDegree(), etalonv1.Degree_name),
			Target: r.GetTarget(),
			Member: r.GetMember(),
		})
	}
	return out
}

func relationOut(r *standard.Relation) *etalonv1.Relation {
	return &etalonv1.Relation{
		Type:          etalonv1.RelationType(r.Type),
		Degree:        etalonv1.Degree(r.Degree),
		Target:        r.Target,
		Member:        r.Member,
		EffectiveTime: stamp(r.Effective),
		RecordTime:    stamp(r.Recorded),
	}
}

// relationsOut leaves out what was removed.
func relationsOut(in []standard.Relation) []*etalonv1.Relation {
	var out []*etalonv1.Relation
	for i := range in {
		if in[i].Retracted.IsZero() {
			out = append(out, relationOut(&in[i]))
		}
	}
	return out
}

func filesIn(f *fields, field string, in []*etalonv1.File) []standard.File {
	var out []standard.File
	for i, x := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		if x.GetPath() == "" {
			f.add(at+".path", "is required")
		}
		if x.GetSizeBytes() < 0 {
			f.add(at+".size_bytes", "is below 0")
		}
		out = append(out, standard.File{
			Path:      x.GetPath(),
			MediaType: x.GetMediaType(),
			Role:      enumIn[standard.Role](f, at+".role", x.GetRole(), etalonv1.FileRole_name),
			Size:      x.GetSizeBytes(),
			Digest:    parsed(f, at+".digest", x.GetDigest(), standard.ParseDigest),
		})
	}
	return out
}

func fileOut(x *standard.File) *etalonv1.File {
	return &etalonv1.File{
		Path: x.Path, MediaType: x.MediaType, Role: etalonv1.FileRole(x.Role),
		SizeBytes: x.Size, Digest: x.Digest.String(),
	}
}

func linksIn(f *fields, field string, in []*etalonv1.Link) []standard.Link {
	var out []standard.Link
	for i, l := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		if l.GetUrl() == "" {
			f.add(at+".url", "is required")
		}
		out = append(out, standard.Link{
			URL: l.GetUrl(), Title: l.GetTitle(), MediaType: l.GetMediaType(),
			Role: enumIn[standard.Role](f, at+".role", l.GetRole(), etalonv1.FileRole_name),
		})
	}
	return out
}

func linksOut(in []standard.Link) []*etalonv1.Link {
	var out []*etalonv1.Link
	for _, l := range in {
		out = append(out, &etalonv1.Link{Url: l.URL, Title: l.Title, MediaType: l.MediaType, Role: etalonv1.FileRole(l.Role)})
	}
	return out
}

func membersIn(f *fields, field string, in []*etalonv1.Member) []standard.Member {
	var out []standard.Member
	for i, m := range in {
		if err := standard.CheckMember(m.GetId()); err != nil {
			f.add(fmt.Sprintf("%s[%d].id", field, i), "%s", reason(err))
		}
		out = append(out, standard.Member{ID: m.GetId(), Title: m.GetTitle(), Kind: m.GetKind()})
	}
	return out
}

func memberOut(m *standard.Member) *etalonv1.Member {
	if m == nil {
		return nil
	}
	return &etalonv1.Member{Id: m.ID, Title: m.Title, Kind: m.Kind}
}
