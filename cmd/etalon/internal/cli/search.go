package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func (a *app) searchCmd() *cobra.Command {
	p := paging{}
	cmd := &cobra.Command{
		Use:     "search TEXT...",
		Short:   "Find standards by words, best first",
		Example: `  etalon search information management --limit 5`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.search(cmd, strings.Join(args, " "), p)
		},
	}
	p.flags(cmd, false)
	cmd.Flags().Lookup("limit").DefValue = "20"
	p.limit = 20
	return cmd
}

func (a *app) search(cmd *cobra.Command, q string, p paging) error {
	if err := p.check(); err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.SearchResponse{}
	req := &etalonv1.SearchRequest{Q: q, Filter: p.filter}
	err = p.pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Resolution.Search(ctx, req)
		all.Hits, all.Revision, all.TotalSize = append(all.Hits, res.GetHits()...), res.GetRevision(), res.GetTotalSize()
		return len(all.Hits), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	err = a.print(all, func(out io.Writer) {
		var rows [][]string
		for _, h := range all.GetHits() {
			ref := reference(h.GetName())
			if h.GetMatched() != "" {
				ref = h.GetMatched()
			}
			rows = append(rows, []string{ref, h.GetLatestVersion(), kindWord(h.GetKind()), h.GetTitle()})
		}
		a.table(out, []string{"STANDARD", "LATEST", "KIND", "TITLE"}, rows)
		if more := int(all.GetTotalSize()) - len(rows); more > 0 {
			fmt.Fprintf(a.Err, "%d more; --limit 0 shows all\n", more)
		}
	})
	if err == nil && len(all.GetHits()) == 0 {
		fmt.Fprintf(a.Err, "etalon: nothing found for %q\n", q)
		return errFindings
	}
	return err
}
