package rpc

import (
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// answerOut shows an answer; r is the reference that it was found by.
func answerOut(a *resolve.Answer, r *reference) *etalonv1.ResolveResponse {
	v, names := a.Version.Record, r.render(a.Version)
	out := &etalonv1.ResolveResponse{
		Name:           names.name,
		Ref:            names.ref,
		Version:        string(v.ID),
		Digest:         names.digest,
		Status:         etalonv1.Status(a.State.Status),
		Method:         etalonv1.ResolveResponse_Method(a.Method),
		Title:          english(a.Standard.Record.Titles),
		Label:          labelOf(a.Version),
		Member:         memberOut(a.Member),
		NextChangeTime: stamp(a.NextChange),
	}
	if a.Member != nil {
		out.Ref += "#" + a.Member.ID
	}
	for i := range a.Warnings {
		out.Warnings = append(out.Warnings, warningOut(&a.Warnings[i]))
	}
	return out
}

// labelOf is the label of a version as corrected.
func labelOf(v *resolve.Version) string {
	for _, s := range v.Steps {
		if s.Amendment != nil {
			r := standard.Amended(v.Record, stepValues(v.Steps), time.Time{})
			return r.Label
		}
	}
	return v.Record.Label
}

func warningOut(w *resolve.Warning) *etalonv1.Warning {
	return &etalonv1.Warning{Code: w.Code.String(), Message: w.Text, Ref: w.Ref, Date: w.Date.String()}
}

func failureOut(e *resolve.Failure) *etalonv1.Failure {
	out := &etalonv1.Failure{Reason: e.Reason.String(), Message: e.Message, NextChangeTime: stamp(e.NextChange)}
	out.Candidates = candidatesOut(e.Candidates)
	return out
}

func candidatesOut(in []resolve.Candidate) []*etalonv1.Candidate {
	var out []*etalonv1.Candidate
	for _, c := range in {
		out = append(out, &etalonv1.Candidate{Ref: c.Ref(), Score: c.Score, Why: c.Why})
	}
	return out
}
