package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func (a *app) refsCmd() *cobra.Command {
	var asOf, direction string
	cmd := &cobra.Command{
		Use:   "refs REF",
		Short: "Show what a standard or version refers to, and what refers to it",
		Example: `  etalon refs "ISO 19650-2:2018"
  etalon refs ocp/ocds --direction incoming`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.refs(cmd, args[0], asOf, direction) },
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "as in effect at the end of this day, UTC (2024-10-01)")
	cmd.Flags().StringVar(&direction, "direction", "both", "outgoing, incoming or both")
	return cmd
}

func (a *app) refs(cmd *cobra.Command, ref, asOf, direction string) error {
	directions := map[string]etalonv1.ListRelationsRequest_Direction{
		"both":     etalonv1.ListRelationsRequest_DIRECTION_UNSPECIFIED,
		"outgoing": etalonv1.ListRelationsRequest_DIRECTION_OUTGOING,
		"incoming": etalonv1.ListRelationsRequest_DIRECTION_INCOMING,
	}
	d, ok := directions[direction]
	if !ok {
		return usageError{fmt.Errorf("--direction %q is none of outgoing, incoming, both", direction)}
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.ListRelationsResponse{}
	req := &etalonv1.ListRelationsRequest{Ref: ref, Direction: d, AsOf: asOf}
	err = new(paging).pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Versions.ListRelations(ctx, req)
		all.Edges, all.Revision = append(all.Edges, res.GetEdges()...), res.GetRevision()
		return len(all.Edges), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	return a.print(all, func(out io.Writer) {
		if len(all.GetEdges()) == 0 {
			fmt.Fprintln(a.Err, "no relations")
		}
		var rows [][]string
		seen := map[string]bool{}
		for _, e := range all.GetEdges() {
			r := e.GetRelation()
			what := relationWord(r.GetType())
			if e.GetFromStep() {
				what = "superseded by"
			}
			if deg := word(r.GetDegree(), "DEGREE_"); deg != "" {
				what += " (" + strings.ToUpper(deg) + ")"
			}
			target := r.GetTarget()
			if e.GetTarget() != "" && reference(e.GetTarget()) != target {
				target += " = " + reference(e.GetTarget())
			}
			source := reference(e.GetSource())
			if r.GetMember() != "" {
				source += "#" + r.GetMember()
			}
			row := []string{source, what, target}
			// A relation within what was asked about comes from both ends.
			if key := strings.Join(row, "\x00"); !seen[key] {
				seen[key] = true
				rows = append(rows, row)
			}
		}
		a.table(out, []string{"FROM", "RELATION", "TO"}, rows)
	})
}
