package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func (a *app) draftCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "draft",
		Short: "Prepare a version before it is published",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.draftPutCmd(), a.draftListCmd(), a.draftShowCmd(), a.draftPublishCmd(), a.draftDeleteCmd())
	return cmd
}

func (a *app) draftPutCmd() *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "create DIR",
		Short: "Make a draft of the version that a folder holds, or bring it up to date",
		Long: `Make a draft of the version that a folder holds, as its etalon.yaml describes it.
The standard must exist ('etalon standard set NAME --create'). A draft claims no
designation, never resolves, and is not in the public feed.`,
		Example: `  etalon draft create ./my-standard
  etalon draft create ./my-standard --update`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.draftPut(cmd, args[0], update) },
	}
	cmd.Flags().BoolVar(&update, "update", false, "change the draft that is there")
	return cmd
}

func (a *app) draftPut(cmd *cobra.Command, dir string, update bool) error {
	rel, entries, err := readRelease(dir)
	if err != nil {
		return err
	}
	c, err := a.dial()
	if err != nil {
		return err
	}
	if err := a.uploadAll(cmd.Context(), c, os.DirFS(dir), entries); err != nil {
		return err
	}
	ctx, cancel := a.request(cmd)
	defer cancel()
	draft := &etalonv1.Draft{
		Name:    standard.DraftResource(rel.Name, rel.Version),
		Version: versionMessage(rel.VersionRecord(nil)),
		Files:   fileMessages(entries),
	}
	did := "made draft"
	if update {
		did = "changed draft"
		draft, err = c.Publishing.UpdateDraft(ctx, &etalonv1.UpdateDraftRequest{
			Draft: draft, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"version", "files"}}, RequestId: uuid.NewString(),
		})
	} else {
		draft, err = c.Publishing.CreateDraft(ctx, &etalonv1.CreateDraftRequest{
			Parent: rel.Name.Resource(), DraftId: string(rel.Version), Draft: draft, RequestId: uuid.NewString(),
		})
	}
	if err != nil {
		return err
	}
	return a.print(draft, func(out io.Writer) {
		fmt.Fprintf(out, "%s %s, %d files\n", did, reference(draft.GetName()), len(draft.GetFiles()))
	})
}

func (a *app) draftListCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "list [NAME]",
		Short: "List drafts, of one standard or of all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parent := "authorities/-/standards/-"
			if len(args) == 1 {
				n, err := standard.ParseName(args[0])
				if err != nil {
					return err
				}
				parent = n.Resource()
			}
			return a.drafts(cmd, parent)
		},
	}
}

func (a *app) drafts(cmd *cobra.Command, parent string) error {
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.ListDraftsResponse{}
	req := &etalonv1.ListDraftsRequest{Parent: parent}
	err = new(paging).pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Publishing.ListDrafts(ctx, req)
		all.Drafts, all.Revision = append(all.Drafts, res.GetDrafts()...), res.GetRevision()
		return len(all.Drafts), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	return a.print(all, func(out io.Writer) {
		if len(all.GetDrafts()) == 0 {
			fmt.Fprintln(a.Err, "no drafts")
		}
		var rows [][]string
		for _, d := range all.GetDrafts() {
			rows = append(rows, []string{reference(d.GetName()), statusWord(d.GetStatus()), moment(d.GetUpdateTime()), d.GetVersion().GetLabel()})
		}
		a.table(out, []string{"DRAFT", "STATUS", "CHANGED", "LABEL"}, rows)
	})
}

// draftArg is the resource name of the draft that authority/standard@version
// names.
func draftArg(ref string) (string, error) {
	version, err := exactVersion(ref)
	if err != nil {
		return "", err
	}
	n, id, err := standard.ParseVersionResource(version)
	return standard.DraftResource(n, id), err
}

func (a *app) draftShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show REF",
		Short: "Show a draft",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := draftArg(args[0])
			if err != nil {
				return err
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			d, err := c.Publishing.GetDraft(ctx, &etalonv1.GetDraftRequest{Name: name})
			if err != nil {
				return err
			}
			return a.print(d, func(out io.Writer) {
				v := d.GetVersion()
				v.Name, v.Status, v.FileCount = d.GetName(), d.GetStatus(), int32(len(d.GetFiles()))
				v.TotalBytes = 0
				for _, f := range d.GetFiles() {
					v.TotalBytes += f.GetSizeBytes()
				}
				a.showVersion(out, "", v, d.GetFiles())
			})
		},
	}
}

func (a *app) draftPublishCmd() *cobra.Command {
	var tags []string
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "publish REF",
		Short: "Publish a draft and end it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := draftArg(args[0])
			if err != nil {
				return err
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			res, err := c.Publishing.PublishDraft(ctx, &etalonv1.PublishDraftRequest{
				Name: name, Tags: tags, ValidateOnly: dryRun, RequestId: uuid.NewString(),
			})
			if err != nil {
				return err
			}
			return a.published(res, dryRun)
		},
	}
	cmd.Flags().StringArrayVar(&tags, "tag", nil, "tag to set to the version (may be given again)")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "check everything and publish nothing")
	return cmd
}

func (a *app) draftDeleteCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "delete REF",
		Short: "Throw a draft away",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := draftArg(args[0])
			if err != nil {
				return err
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			res, err := c.Publishing.DeleteDraft(ctx, &etalonv1.DeleteDraftRequest{Name: name, RequestId: uuid.NewString()})
			if err != nil {
				return err
			}
			return a.print(res, func(out io.Writer) { fmt.Fprintf(out, "deleted draft %s\n", reference(name)) })
		},
	}
}
