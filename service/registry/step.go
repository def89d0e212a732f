package registry

import (
	"context"
	"slices"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// maxSteps bounds the steps of one version.
const maxSteps = 1000

// Step records a step in the life of a version. Number, Recorded, Actor and
// Revision are ignored; a zero Effective is now. Errors: *InvalidError,
// *NotFoundError, standard.ErrLifecycle with what is allowed.
func (r *Registry) Step(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, s standard.Step) (*resolve.Version, Receipt, error) {
	if err := r.checkStep(&s); err != nil {
		return nil, Receipt{}, err
	}
	got, err := r.write(ctx, c, standard.VersionResource(n, v), func(ch *change) error {
		id, err := ch.find(n, v)
		if err != nil {
			return err
		}
		return ch.step(ch.Standard(n).Find(id), s)
	})
	if err != nil {
		return nil, Receipt{}, err
	}
	return got.snap.Standard(n).Find(v), got.receipt, nil
}

func (c *change) step(v *resolve.Version, s standard.Step) error {
	steps := make([]standard.Step, len(v.Steps))
	next := 1
	for i, old := range v.Steps {
		steps[i] = *old
		next = max(next, old.Number+1)
	}
	if next > maxSteps {
		return invalid("name", &LimitError{Limit: "steps_per_version", Max: maxSteps, Value: int64(next), Field: "name"})
	}
	s.Name, s.Version, s.Number = v.Record.Name, v.Record.ID, next
	s.Recorded, s.Actor, s.Revision = c.now, c.actor, c.next()
	s.Effective = orTime(s.Effective, c.now)
	s.Amendment = cleanAmendment(s.Amendment, &s)
	if err := standard.CheckStep(v.Record, steps, s); err != nil {
		return err
	}
	c.put(&s)
	e := entryOf(changeOf(s.Kind), s.Name, s.Version)
	e.Digest, e.Step, e.Effective = v.Record.Digest, s.Number, s.Effective
	e.Detail = s.Successor
	c.log(e, &s)
	return nil
}

func changeOf(k standard.StepKind) standard.ChangeType {
	switch k {
	case standard.StepDeprecate:
		return standard.ChangeVersionDeprecated
	case standard.StepSupersede:
		return standard.ChangeVersionSuperseded
	case standard.StepWithdraw:
		return standard.ChangeVersionWithdrawn
	case standard.StepInvalidate:
		return standard.ChangeVersionInvalidated
	case standard.StepCorrect:
		return standard.ChangeVersionCorrected
	}
	return standard.ChangeUnspecified
}

func cleanAmendment(a *standard.Amendment, s *standard.Step) *standard.Amendment {
	if a == nil {
		return nil
	}
	out := *a
	if a.Notes != nil {
		out.Notes = cleanTexts(a.Notes)
	}
	out.AddRelations = cleanRelations(a.AddRelations)
	for i := range out.AddRelations {
		out.AddRelations[i].Effective, out.AddRelations[i].Recorded = s.Effective, s.Recorded
	}
	out.RemoveRelations = cleanRelations(a.RemoveRelations)
	return &out
}

func (r *Registry) checkStep(s *standard.Step) error {
	var v violations
	l := r.limits
	if changeOf(s.Kind) == standard.ChangeUnspecified {
		v.add("kind", "is missing or unknown")
	}
	v.text("note", s.Note, l.TextBytes, s.Kind == standard.StepInvalidate || s.Kind == standard.StepCorrect)
	if s.Kind == standard.StepSupersede {
		v.target("successor", s.Successor)
	} else if s.Successor != "" {
		v.add("successor", "goes with supersede only")
	}
	if s.Kind != standard.StepDeprecate && (!s.RemovalDate.IsZero() || s.Alternative != "" || s.Documentation != "") {
		v.add("removal_date", "removal date, alternative and documentation go with deprecate only")
	}
	if s.Alternative != "" {
		v.target("alternative", s.Alternative)
	}
	v.address("documentation", s.Documentation, l)
	if s.Cancels < 0 {
		v.add("cancel_step", "%d is no number of a step", s.Cancels)
	}
	if a := s.Amendment; a != nil {
		if a.Label != nil {
			v.short("amendment.label", *a.Label, l)
		}
		v.texts("amendment.notes", a.Notes, l)
		v.relations("amendment.add_relations", a.AddRelations, l)
		v.relations("amendment.remove_relations", slices.Clone(a.RemoveRelations), l)
	}
	return v.err()
}
