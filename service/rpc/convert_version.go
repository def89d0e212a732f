package rpc

import (
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// etag is the etag of a record that was last changed at rev.
func etag(rev standard.Revision) string { return registry.Etag(rev) }

// versionIn reads the fields of a version but for its name.
func versionIn(f *fields, field string, in *etalonv1.Version) standard.Version {
	return standard.Version{
		Label:        in.GetLabel(),
		Released:     optional(f, field+".release_date", in.GetReleaseDate(), standard.ParseDay),
		Effective:    optional(f, field+".effective_date", in.GetEffectiveDate(), standard.ParseDay),
		Sequence:     in.GetSequence(),
		Prerelease:   in.GetPrerelease(),
		Notes:        textsIn(f, field+".notes", in.GetNotes()),
		Designations: in.GetDesignations(),
		Relations:    relationsIn(f, field+".relations", in.GetRelations()),
		Links:        linksIn(f, field+".links", in.GetLinks()),
		Members:      membersIn(f, field+".members", in.GetMembers()),
		Provenance:   in.GetProvenance(),
	}
}

// versionOut shows a version as it stands at a moment, corrections applied.
func (s *Service) versionOut(v *resolve.Version, now time.Time, withMembers bool) *etalonv1.Version {
	steps := stepValues(v.Steps)
	r := standard.Amended(v.Record, steps, time.Time{})
	state := standard.StateAt(&r, steps, now, time.Time{})
	rev := versionRevision(v)
	out := &etalonv1.Version{
		Name:            standard.VersionResource(r.Name, r.ID),
		Version:         string(r.ID),
		Label:           r.Label,
		Digest:          r.Digest.String(),
		Status:          etalonv1.Status(state.Status),
		StatusTime:      stamp(state.Since),
		ReleaseDate:     r.Released.String(),
		EffectiveDate:   r.Effective.String(),
		PublishTime:     stamp(r.Recorded),
		Sequence:        r.Sequence,
		Prerelease:      r.Prerelease || v.Order.Prerelease(),
		Notes:           textsOut(r.Notes),
		Designations:    r.Designations,
		Relations:       relationsOut(r.Relations),
		Links:           linksOut(r.Links),
		FileCount:       int32(r.FileCount),
		TotalBytes:      r.TotalBytes,
		Provenance:      r.Provenance,
		PublishRevision: uint64(r.Revision),
		Revision:        uint64(rev),
		Etag:            etag(rev),
		Iri:             standard.IRI(s.baseIRI, r.Name, r.ID, ""),
		NextChangeTime:  stamp(state.Next),
	}
	if withMembers {
		for i := range r.Members {
			out.Members = append(out.Members, memberOut(&r.Members[i]))
		}
	}
	for _, step := range v.Steps {
		out.Steps = append(out.Steps, stepOut(step, cancelled(v.Steps, step.Number)))
	}
	return out
}

// versionRevision is that of the last change to a version.
func versionRevision(v *resolve.Version) standard.Revision {
	if n := len(v.Steps); n > 0 {
		return max(v.Record.Revision, v.Steps[n-1].Revision)
	}
	return v.Record.Revision
}

func stepValues(in []*standard.Step) []standard.Step {
	if len(in) == 0 {
		return nil
	}
	out := make([]standard.Step, len(in))
	for i, s := range in {
		out[i] = *s
	}
	return out
}

func cancelled(steps []*standard.Step, number int) bool {
	for _, s := range steps {
		if s.Kind == standard.StepCorrect && s.Cancels == number {
			return true
		}
	}
	return false
}

func stepOut(s *standard.Step, cancelled bool) *etalonv1.Step {
	return &etalonv1.Step{
		Number:        int32(s.Number),
		Kind:          etalonv1.Step_Kind(s.Kind),
		EffectiveTime: stamp(s.Effective),
		RecordTime:    stamp(s.Recorded),
		Actor:         s.Actor,
		Note:          s.Note,
		Successor:     s.Successor,
		RemovalDate:   s.RemovalDate.String(),
		Alternative:   s.Alternative,
		Documentation: s.Documentation,
		Cancels:       int32(s.Cancels),
		Amendment:     amendmentOut(s.Amendment),
		Revision:      uint64(s.Revision),
		Cancelled:     cancelled,
	}
}

func amendmentIn(f *fields, field string, in *etalonv1.Amendment) *standard.Amendment {
	if in == nil {
		return nil
	}
	return &standard.Amendment{
		Label:           in.Label,
		Released:        dayIn(f, field+".release_date", in.ReleaseDate),
		Effective:       dayIn(f, field+".effective_date", in.EffectiveDate),
		Notes:           textsIn(f, field+".notes", in.GetNotes()),
		AddRelations:    relationsIn(f, field+".add_relations", in.GetAddRelations()),
		RemoveRelations: relationsIn(f, field+".remove_relations", in.GetRemoveRelations()),
	}
}

// dayIn reads a date that may be unset, which leaves what is there, or empty,
// which removes it.
func dayIn(f *fields, field string, in *string) *standard.Day {
	if in == nil {
		return nil
	}
	d := optional(f, field, *in, standard.ParseDay)
	return &d
}

func amendmentOut(a *standard.Amendment) *etalonv1.Amendment {
	if a == nil {
		return nil
	}
	out := &etalonv1.Amendment{Label: a.Label, Notes: textsOut(a.Notes)}
	for i := range a.AddRelations {
		out.AddRelations = append(out.AddRelations, relationOut(&a.AddRelations[i]))
	}
	for i := range a.RemoveRelations {
		out.RemoveRelations = append(out.RemoveRelations, relationOut(&a.RemoveRelations[i]))
	}
	if a.Released != nil {
		d := a.Released.String()
		out.ReleaseDate = &d
	}
	if a.Effective != nil {
		d := a.Effective.String()
		out.EffectiveDate = &d
	}
	return out
}
