package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// paging are the flags of every list.
type paging struct {
	filter, order string
	limit         int
}

func (p *paging) flags(cmd *cobra.Command, order bool) {
	cmd.Flags().StringVar(&p.filter, "filter", "", "AIP-160 filter, such as 'kind = \"FORMAT\"'")
	cmd.Flags().IntVar(&p.limit, "limit", 0, "most results; 0: all")
	if order {
		cmd.Flags().StringVar(&p.order, "order-by", "", "order, such as 'update_time desc'")
	}
}

// check refuses a limit that can't be.
func (p *paging) check() error {
	if p.limit < 0 {
		return usageError{fmt.Errorf("--limit %d: give 1 or more, or 0 for all", p.limit)}
	}
	return nil
}

// page is how many to ask for next, given how many there are; 0: enough.
func (p *paging) page(have int) int32 {
	if p.limit <= 0 {
		return pageSize
	}
	return int32(min(pageSize, max(0, p.limit-have)))
}

// pages asks for page after page until there are no more or there are enough.
// ask says how many results there are by now, and the token of the next page.
func (p *paging) pages(ask func(size int32, token string) (have int, next string, err error)) error {
	have, token := 0, ""
	for size := p.page(0); size > 0; size = p.page(have) {
		var err error
		if have, token, err = ask(size, token); err != nil || token == "" {
			return err
		}
	}
	return nil
}

func (a *app) listCmd() *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "list [AUTHORITY]",
		Short: "List standards",
		Example: `  etalon list
  etalon list iso --filter 'versions > 1' --order-by 'update_time desc'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parent := "authorities/-"
			if len(args) == 1 {
				id, err := standard.ParseAuthorityID(args[0])
				if err != nil {
					return err
				}
				parent = standard.AuthorityName(id)
			}
			return a.list(cmd, parent, p)
		},
	}
	p.flags(cmd, true)
	return cmd
}

func (a *app) list(cmd *cobra.Command, parent string, p paging) error {
	if err := p.check(); err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.ListStandardsResponse{}
	req := &etalonv1.ListStandardsRequest{Parent: parent, Filter: p.filter, OrderBy: p.order}
	err = p.pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Standards.ListStandards(ctx, req)
		all.Standards, all.Revision = append(all.Standards, res.GetStandards()...), res.GetRevision()
		return len(all.Standards), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	return a.print(all, func(out io.Writer) {
		if len(all.GetStandards()) == 0 {
			fmt.Fprintln(a.Err, "no standards")
		}
		var rows [][]string
		for _, s := range all.GetStandards() {
			rows = append(rows, []string{reference(s.GetName()), s.GetLatestVersion(), strconv.Itoa(int(s.GetVersionCount())), kindWord(s.GetKind()), english(s.GetTitles())})
		}
		a.table(out, []string{"STANDARD", "LATEST", "VERSIONS", "KIND", "TITLE"}, rows)
	})
}

func (a *app) versionsCmd() *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:     "versions NAME",
		Short:   "List the versions of a standard in its own order",
		Example: `  etalon versions ocp/ocds --filter 'status = "PUBLISHED"'`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := standard.ParseName(args[0])
			if err != nil {
				return err
			}
			return a.versions(cmd, n, p)
		},
	}
	p.flags(cmd, true)
	return cmd
}

func (a *app) versions(cmd *cobra.Command, n standard.Name, p paging) error {
	if err := p.check(); err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.ListVersionsResponse{}
	req := &etalonv1.ListVersionsRequest{Parent: n.Resource(), Filter: p.filter, OrderBy: p.order}
	err = p.pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Versions.ListVersions(ctx, req)
		all.Versions, all.Revision = append(all.Versions, res.GetVersions()...), res.GetRevision()
		return len(all.Versions), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	return a.print(all, func(out io.Writer) {
		if len(all.GetVersions()) == 0 {
			fmt.Fprintln(a.Err, "no versions")
		}
		var rows [][]string
		for _, v := range all.GetVersions() {
			rows = append(rows, []string{v.GetVersion(), statusWord(v.GetStatus()), v.GetReleaseDate(), strconv.Itoa(int(v.GetFileCount())), v.GetDigest(), unless(v.GetLabel() == v.GetVersion(), v.GetLabel())})
		}
		a.table(out, []string{"VERSION", "STATUS", "RELEASED", "FILES", "DIGEST", "LABEL"}, rows)
	})
}
