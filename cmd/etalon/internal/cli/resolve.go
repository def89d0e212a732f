package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// when are the flags that ask about another time.
type when struct {
	asOf, knownAt string
	prereleases   bool
}

func (w *when) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&w.asOf, "as-of", "", "as in effect at the end of this day, UTC (2024-10-01)")
	f.StringVar(&w.knownAt, "known-at", "", "as recorded by then (2024-10-01 or 2024-10-01T12:00:00Z)")
	f.BoolVar(&w.prereleases, "prereleases", false, "let ranges and \"latest\" pick pre-releases")
}

func (w *when) known() (*timestamppb.Timestamp, error) { return parseWhen(w.knownAt) }

func (a *app) resolveCmd() *cobra.Command {
	var w when
	cmd := &cobra.Command{
		Use:   "resolve REF...",
		Short: "Find the exact version that a reference or a designation means",
		Long: `Find the exact, immutable version that a reference or a designation means.
With "-" the references are read from standard input, one a line.
Exit code 1 if one of them has no answer.`,
		Example: `  etalon resolve ocp/ocds@^1.1
  etalon resolve "BS EN ISO 19650-2:2018" --as-of 2024-10-01
  etalon resolve -o json - < references.txt`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.resolve(cmd, args, w) },
	}
	w.flags(cmd)
	return cmd
}

func (a *app) resolve(cmd *cobra.Command, args []string, w when) error {
	refs, err := a.references(args)
	if err != nil {
		return err
	}
	known, err := w.known()
	if err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	req := &etalonv1.BatchResolveRequest{Refs: refs, AsOf: w.asOf, KnownAt: known, IncludePrereleases: w.prereleases}
	all := &etalonv1.BatchResolveResponse{}
	failed := false
	err = c.BatchResolve(ctx, req, func(_ int, r *etalonv1.BatchResolveResponse_Result, rev uint64) {
		all.Results, all.Revision = append(all.Results, r), rev
		failed = failed || r.GetFailure() != nil
	})
	if err != nil {
		return err
	}
	if err := a.print(all, func(out io.Writer) { a.resolved(out, refs, all.GetResults()) }); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

// resolved prints answers to out and what has none to stderr.
func (a *app) resolved(out io.Writer, refs []string, results []*etalonv1.BatchResolveResponse_Result) {
	var rows [][]string
	for i, r := range results {
		if f := r.GetFailure(); f != nil {
			fmt.Fprintln(a.Err, "etalon: "+verdict(&client.Failed{Ref: refs[i], Failure: f}))
			continue
		}
		v := r.GetResolved()
		rows = append(rows, []string{v.GetRef(), statusWord(v.GetStatus()), word(v.GetMethod(), "METHOD_"), v.GetDigest(), v.GetTitle()})
		for _, warn := range v.GetWarnings() {
			fmt.Fprintf(a.Err, "etalon: %s: %s\n", refs[i], warn.GetMessage())
		}
	}
	a.table(out, []string{"VERSION", "STATUS", "BY", "DIGEST", "TITLE"}, rows)
}

// references are the arguments, or the lines of standard input for "-".
func (a *app) references(args []string) ([]string, error) {
	var refs []string
	for _, arg := range args {
		if arg != "-" {
			refs = append(refs, arg)
			continue
		}
		lines := bufio.NewScanner(a.In)
		for lines.Scan() {
			if !utf8.Valid(lines.Bytes()) {
				return nil, usageError{fmt.Errorf("standard input: %q is not UTF-8", lines.Bytes())}
			}
			if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
				refs = append(refs, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
	}
	if len(refs) == 0 {
		return nil, usageError{fmt.Errorf("standard input holds no reference; give one a line")}
	}
	return refs, nil
}
