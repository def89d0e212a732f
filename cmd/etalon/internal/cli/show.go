package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func (a *app) showCmd() *cobra.Command {
	var w when
	var files bool
	cmd := &cobra.Command{
		Use:   "show REF",
		Short: "Show everything about the version that a reference means",
		Example: `  etalon show ocp/ocds
  etalon show "RFC 3339" -o yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.show(cmd, args[0], w, files) },
	}
	w.flags(cmd)
	cmd.Flags().BoolVar(&files, "files", true, "list the files, in text output")
	return cmd
}

func (a *app) show(cmd *cobra.Command, ref string, w when, files bool) error {
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	res, err := a.pick(ctx, ref, w)
	if err != nil {
		return err
	}
	v, err := c.Versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: res.GetName()})
	if err != nil {
		return err
	}
	var list []*etalonv1.File
	if files && v.GetFileCount() > 0 && a.text() {
		if list, err = a.files(ctx, v.GetName()); err != nil {
			return err
		}
	}
	for _, warn := range res.GetWarnings() {
		fmt.Fprintln(a.Err, "etalon: "+warn.GetMessage())
	}
	return a.print(v, func(out io.Writer) { a.showVersion(out, res.GetTitle(), v, list) })
}

func (a *app) showVersion(out io.Writer, title string, v *etalonv1.Version, files []*etalonv1.File) {
	if title != "" {
		fmt.Fprintf(out, "%s\n\n", title)
	}
	fields(out,
		"reference", reference(v.GetName()),
		"label", unless(v.GetLabel() == v.GetVersion(), v.GetLabel()),
		"status", strings.TrimSpace(statusWord(v.GetStatus())+since(v)),
		"digest", v.GetDigest(),
		"released", v.GetReleaseDate(),
		"effective", v.GetEffectiveDate(),
		"recorded", moment(v.GetPublishTime()),
		"next change", moment(v.GetNextChangeTime()),
		"designations", strings.Join(v.GetDesignations(), "\n"),
		"relations", relationLines(v.GetRelations()),
		"links", linkLines(v.GetLinks()),
		"members", count(len(v.GetMembers())),
		"notes", english(v.GetNotes()),
		"came from", v.GetProvenance(),
		"identifier", v.GetIri(),
		"files", fileSummary(v),
	)
	if len(v.GetSteps()) > 0 {
		fmt.Fprintln(out)
		a.showSteps(out, v.GetSteps())
	}
	if len(files) > 0 {
		fmt.Fprintln(out)
		var rows [][]string
		for _, f := range files {
			rows = append(rows, []string{size(f.GetSizeBytes()), word(f.GetRole(), "FILE_ROLE_"), f.GetPath()})
		}
		a.table(out, []string{"SIZE", "ROLE", "PATH"}, rows)
	}
}

func (a *app) showSteps(out io.Writer, steps []*etalonv1.Step) {
	var rows [][]string
	for _, s := range steps {
		what := word(s.GetKind(), "KIND_")
		if s.GetCancelled() {
			what += " (cancelled)"
		}
		var about []string
		for _, pair := range [][2]string{
			{"by ", s.GetSuccessor()}, {"use ", s.GetAlternative()}, {"removal ", s.GetRemovalDate()},
			{"see ", s.GetDocumentation()}, {"", s.GetNote()},
		} {
			if pair[1] != "" {
				about = append(about, pair[0]+pair[1])
			}
		}
		if s.GetCancels() > 0 {
			about = append(about, "cancels step "+strconv.Itoa(int(s.GetCancels())))
		}
		rows = append(rows, []string{strconv.Itoa(int(s.GetNumber())), what, moment(s.GetEffectiveTime()), strings.Join(about, "; ")})
	}
	a.table(out, []string{"STEP", "WHAT", "FROM", "ABOUT"}, rows)
}

func since(v *etalonv1.Version) string {
	if t := moment(v.GetStatusTime()); t != "" && len(v.GetSteps()) > 0 {
		return " since " + t
	}
	return ""
}

func relationLines(rs []*etalonv1.Relation) string {
	var lines []string
	for _, r := range rs {
		line := relationWord(r.GetType())
		if d := word(r.GetDegree(), "DEGREE_"); d != "" {
			line += " (" + strings.ToUpper(d) + ")"
		}
		line += " " + r.GetTarget()
		if r.GetMember() != "" {
			line = "#" + r.GetMember() + " " + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func linkLines(ls []*etalonv1.Link) string {
	var lines []string
	for _, l := range ls {
		lines = append(lines, strings.TrimSpace(l.GetUrl()+" "+l.GetTitle()))
	}
	return strings.Join(lines, "\n")
}

func fileSummary(v *etalonv1.Version) string {
	if v.GetFileCount() == 0 {
		return "none: metadata and links only"
	}
	return fmt.Sprintf("%d, %s together", v.GetFileCount(), size(v.GetTotalBytes()))
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func unless(not bool, s string) string {
	if not {
		return ""
	}
	return s
}
