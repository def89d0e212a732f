// Package finder looks citations up in a registry over a client, so that a
// tool can check documents that never leave its machine. It stands apart from
// package client, which needs none of what reads documents.
package finder

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// Finder is a check.Finder over a registry.
type Finder struct {
	client *client.Client
}

var _ check.Finder = (*Finder)(nil)

// New makes a finder. The client stays the caller's to close.
func New(c *client.Client) *Finder { return &Finder{c} }

// Find asks for the facts, 1,000 to a call, and once where there is nothing to
// ask for, since the answer has the revision. All calls after the first read at
// its revision or a later one; Revision is the latest.
func (f *Finder) Find(ctx context.Context, ids []designation.ID, asOf standard.Day) (check.Found, error) {
	found := check.Found{AsOf: asOf, Facts: make([]check.Facts, 0, len(ids))}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	for at := 0; at == 0 || at < len(ids); at += client.MaxBatch {
		part := ids[at:min(at+client.MaxBatch, len(ids))]
		req := &etalonv1.LookUpCitationsRequest{Designations: texts[at : at+len(part)], AsOf: asOf.String(), MinRevision: uint64(found.Revision)}
		res, err := f.client.Checks.LookUpCitations(ctx, req)
		if err != nil {
			return check.Found{}, fmt.Errorf("look up %d citations: %w", len(part), err)
		}
		if len(res.GetFacts()) != len(part) {
			return check.Found{}, fmt.Errorf("look up citations: %d answers to %d questions", len(res.GetFacts()), len(part))
		}
		r := reader{}
		for i, m := range res.GetFacts() {
			found.Facts = append(found.Facts, r.facts(part[i], m))
		}
		found.Revision = standard.Revision(res.GetRevision())
		found.AsOf = read(&r, res.GetAsOf(), standard.ParseDay)
		if r.err != nil {
			return check.Found{}, fmt.Errorf("look up citations: the registry's answer can't be read: %w", r.err)
		}
	}
	return found, nil
}

// reader reads messages and keeps the first error.
type reader struct {
	err error
}

// read parses what may be empty.
func read[T any](r *reader, text string, parse func(string) (T, error)) (zero T) {
	if text == "" || r.err != nil {
		return zero
	}
	v, err := parse(text)
	if err != nil {
		r.err = err
	}
	return v
}

func (r *reader) facts(id designation.ID, m *etalonv1.CitationFacts) check.Facts {
	f := check.Facts{
		ID:          id,
		Outcome:     check.Outcome(m.GetOutcome()), //nolint:gosec // the numbers agree; a test holds them together
		Message:     m.GetMessage(),
		Edition:     r.edition(m.GetEdition()),
		Undated:     m.GetUndated(),
		Through:     m.GetThrough(),
		Method:      resolve.Method(m.GetMethod()), //nolint:gosec // as above
		Standard:    read(r, m.GetStandard(), standard.ParseStandardResource),
		Title:       m.GetTitle(),
		Current:     r.edition(m.GetCurrent()),
		Replacement: r.edition(m.GetReplacement()),
		Successors:  r.editions(m.GetSuccessors()),
		Equivalents: r.editions(m.GetEquivalents()),
		Removal:     read(r, m.GetRemovalDate(), standard.ParseDay),
		Alternative: m.GetAlternative(),
		NextChange:  moment(m.GetNextChangeTime()),
	}
	for _, c := range m.GetCandidates() {
		ref := read(r, c.GetRef(), standard.ParseRef)
		f.Candidates = append(f.Candidates, resolve.Candidate{
			Name: ref.Name, Version: standard.VersionID(ref.Selector.Text), Member: ref.Member, Score: c.GetScore(), Why: c.GetWhy(),
		})
	}
	for _, a := range m.GetAdoptions() {
		f.Adoptions = append(f.Adoptions, check.Adoption{
			Target: a.GetTarget(), Degree: standard.Degree(a.GetDegree()), //nolint:gosec // as above
			Edition: r.edition(a.GetEdition()), Current: r.edition(a.GetCurrent()),
		})
	}
	for _, s := range m.GetSteps() {
		f.Steps = append(f.Steps, check.Step{
			Status: standard.Status(s.GetStatus()), Effective: read(r, s.GetEffectiveDate(), standard.ParseDay), Successor: s.GetSuccessor(), //nolint:gosec // as above
		})
	}
	return f
}

func (r *reader) editions(in []*etalonv1.Edition) []check.Edition {
	var out []check.Edition
	for _, m := range in {
		out = append(out, *r.edition(m))
	}
	return out
}

func (r *reader) edition(m *etalonv1.Edition) *check.Edition {
	if m == nil {
		return nil
	}
	return &check.Edition{
		Ref:         read(r, m.GetRef(), standard.ParseRef),
		Digest:      read(r, m.GetDigest(), standard.ParseDigest),
		Designation: m.GetDesignation(),
		Title:       m.GetTitle(),
		Label:       m.GetLabel(),
		Status:      standard.Status(m.GetStatus()), //nolint:gosec // as above
		Since:       read(r, m.GetSince(), standard.ParseDay),
		Released:    read(r, m.GetReleaseDate(), standard.ParseDay),
		Prerelease:  m.GetPrerelease(),
		IRI:         m.GetIri(),
	}
}

func moment(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
