package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// step is what the commands that record a step have in common.
type step struct {
	effective, note string
}

// call records the step of a version.
type call func(ctx context.Context, c *client.Client, name, request string, from *timestamppb.Timestamp) (*etalonv1.Version, error)

func (a *app) stepCmd(use, short, example string, s *step, do call) *cobra.Command {
	cmd := &cobra.Command{
		Use:     use + " REF",
		Short:   short,
		Long:    short + ".\nREF names the version exactly: authority/standard@version.",
		Example: example,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.step(cmd, args[0], s, do) },
	}
	cmd.Flags().StringVar(&s.note, "note", "", "why, for everybody to read")
	return cmd
}

func (s *step) dated(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.effective, "effective", "", "when it takes effect (2027-01-01), may lie ahead; empty: now")
}

func (a *app) step(cmd *cobra.Command, ref string, s *step, do call) error {
	name, err := exactVersion(ref)
	if err != nil {
		return err
	}
	from, err := parseWhen(s.effective)
	if err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	v, err := do(ctx, c, name, uuid.NewString(), from)
	if err != nil {
		return err
	}
	return a.print(v, func(out io.Writer) {
		fmt.Fprintf(out, "%s is %s now\n", reference(v.GetName()), statusWord(v.GetStatus()))
		a.showSteps(out, v.GetSteps())
	})
}

// exactVersion is the resource name of a version named exactly. A step for
// ever recorded is no place for a range.
func exactVersion(ref string) (string, error) {
	r, err := standard.ParseRef(ref)
	if err != nil {
		return "", err
	}
	id, err := standard.ParseVersionID(r.Selector.Text)
	if r.Selector.Kind != standard.SelectText || r.Member != "" || err != nil {
		return "", usageError{fmt.Errorf("%q does not name one version exactly: give authority/standard@version", ref)}
	}
	return standard.VersionResource(r.Name, id), nil
}

func (a *app) deprecateCmd() *cobra.Command {
	var s step
	var removal, alternative, documentation string
	cmd := a.stepCmd("deprecate", "Say that new work should use something else",
		`  etalon deprecate ocp/ocds@1.0.3 --alternative ocp/ocds@^1.1 --removal-date 2027-12-31`, &s,
		func(ctx context.Context, c *client.Client, name, request string, from *timestamppb.Timestamp) (*etalonv1.Version, error) {
			return c.Versions.DeprecateVersion(ctx, &etalonv1.DeprecateVersionRequest{
				Name: name, EffectiveTime: from, Note: s.note, RequestId: request,
				RemovalDate: removal, Alternative: alternative, Documentation: documentation,
			})
		})
	s.dated(cmd)
	cmd.Flags().StringVar(&removal, "removal-date", "", "date of removal (2027-12-31)")
	cmd.Flags().StringVar(&alternative, "alternative", "", "what to use instead, a reference or a designation")
	cmd.Flags().StringVar(&documentation, "documentation", "", "address of an explanation")
	return cmd
}

func (a *app) supersedeCmd() *cobra.Command {
	var s step
	var by string
	cmd := a.stepCmd("supersede", "Name the successor of a version",
		`  etalon supersede ocp/ocds@1.1.4 --by ocp/ocds@1.1.5`, &s,
		func(ctx context.Context, c *client.Client, name, request string, from *timestamppb.Timestamp) (*etalonv1.Version, error) {
			return c.Versions.SupersedeVersion(ctx, &etalonv1.SupersedeVersionRequest{
				Name: name, EffectiveTime: from, Note: s.note, RequestId: request, Successor: by,
			})
		})
	s.dated(cmd)
	cmd.Flags().StringVar(&by, "by", "", "the successor, a reference or a designation (required)")
	return cmd
}

func (a *app) withdrawCmd() *cobra.Command {
	var s step
	cmd := a.stepCmd("withdraw", "Take a version out of force; it stays readable",
		`  etalon withdraw iso/iso-8601@2004 --effective 2019-02-25`, &s,
		func(ctx context.Context, c *client.Client, name, request string, from *timestamppb.Timestamp) (*etalonv1.Version, error) {
			return c.Versions.WithdrawVersion(ctx, &etalonv1.WithdrawVersionRequest{Name: name, EffectiveTime: from, Note: s.note, RequestId: request})
		})
	s.dated(cmd)
	return cmd
}

func (a *app) invalidateCmd() *cobra.Command {
	var s step
	cmd := a.stepCmd("invalidate", "Say that a version was published in error",
		`  etalon invalidate ocp/ocds@9.9.9 --note "published by mistake"`, &s,
		func(ctx context.Context, c *client.Client, name, request string, from *timestamppb.Timestamp) (*etalonv1.Version, error) {
			return c.Versions.InvalidateVersion(ctx, &etalonv1.InvalidateVersionRequest{Name: name, EffectiveTime: from, Note: s.note, RequestId: request})
		})
	s.dated(cmd)
	return cmd
}

func (a *app) correctCmd() *cobra.Command {
	var s step
	var cancel int32
	var label, released, effective string
	amend := &etalonv1.Amendment{}
	cmd := a.stepCmd("correct", "Cancel an earlier step, or correct a label or a date",
		`  etalon correct ocp/ocds@1.1.4 --cancel-step 1 --note "wrong version"`, &s,
		func(ctx context.Context, c *client.Client, name, request string, _ *timestamppb.Timestamp) (*etalonv1.Version, error) {
			req := &etalonv1.CorrectVersionRequest{Name: name, Note: s.note, CancelStep: cancel, RequestId: request}
			if amend.Label != nil || amend.ReleaseDate != nil || amend.EffectiveDate != nil {
				req.Amendment = amend
			}
			return c.Versions.CorrectVersion(ctx, req)
		})
	f := cmd.Flags()
	f.Int32Var(&cancel, "cancel-step", 0, "number of the step to cancel, as 'show' lists them")
	f.StringVar(&label, "label", "", "corrected label")
	f.StringVar(&released, "released", "", "corrected release date")
	f.StringVar(&effective, "effective-date", "", "corrected effective date")
	cmd.PreRun = func(cmd *cobra.Command, _ []string) {
		for name, set := range map[string]func(){
			"label":          func() { amend.Label = &label },
			"released":       func() { amend.ReleaseDate = &released },
			"effective-date": func() { amend.EffectiveDate = &effective },
		} {
			if f.Changed(name) {
				set()
			}
		}
	}
	return cmd
}
