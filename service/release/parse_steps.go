package release

import (
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// steps reads the life of a version after its publication.
func (r *reader) steps(n node, v *CatalogueVersion) {
	r.List(n, func(n node) {
		st := standard.Step{Name: v.Record.Name, Version: v.Record.ID}
		var effective standard.Day
		ok := r.Mapping(n, "step",
			strictyaml.Required("step", into(r, &st.Kind, parseStepKind)),
			strictyaml.Required("effective", into(r, &effective, standard.ParseDay)),
			strictyaml.Optional("note", textInto(r, &st.Note)),
			strictyaml.Optional("successor", into(r, &st.Successor, parseTarget)),
			strictyaml.Optional("removal", into(r, &st.RemovalDate, standard.ParseDay)),
			strictyaml.Optional("alternative", into(r, &st.Alternative, parseTarget)),
			strictyaml.Optional("documentation", into(r, &st.Documentation, parseURL)),
		)
		if !ok || st.Kind == standard.StepUnspecified || effective.IsZero() {
			return
		}
		st.Effective = effective.Start()
		r.checkDeprecation(n, &st)
		r.step(n, v, st)
	})
}

// step appends a step. A withdrawal that names a successor is two: what is
// withdrawn for another was superseded by it.
func (r *reader) step(n node, v *CatalogueVersion, st standard.Step) {
	if st.Kind == standard.StepWithdraw && st.Successor != "" {
		if !slices.ContainsFunc(v.Steps, func(s standard.Step) bool { return s.Successor == st.Successor }) {
			supersede := st
			supersede.Kind, supersede.Note = standard.StepSupersede, ""
			r.step(n, v, supersede)
		}
		st.Successor = ""
	}
	st.Number = len(v.Steps) + 1
	if err := standard.CheckStep(&v.Record, v.Steps, st); err != nil {
		r.Report(n, "%s", strings.TrimPrefix(err.Error(), standard.ErrLifecycle.Error()+": "))
		return
	}
	v.Steps = append(v.Steps, st)
}

// checkDeprecation reports what goes with DEPRECATE alone.
func (r *reader) checkDeprecation(n node, st *standard.Step) {
	if st.Kind == standard.StepDeprecate {
		return
	}
	for _, name := range []string{"removal", "alternative", "documentation"} {
		if n.Has(name) {
			r.Report(n.At(name), "goes with DEPRECATE, not with %s", st.Kind)
		}
	}
}
