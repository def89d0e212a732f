package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func (a *app) watchCmd() *cobra.Command {
	var after int64
	var names, types []string
	var limit int
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Follow the change feed",
		Long: `Follow the change feed, one change a line, without gaps: a broken connection is
made anew and the feed goes on where it was. Give --after with the last revision
you have seen to go on after it, or 0 to begin at the beginning.`,
		Example: `  etalon watch --after 0
  etalon watch --name ocp --name iso/iso-8601-1 --type VERSION_PUBLISHED -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			req := &etalonv1.WatchRequest{}
			if cmd.Flags().Changed("after") {
				if after < 0 {
					return usageError{fmt.Errorf("--after %d: a revision is 0 or more", after)}
				}
				u := uint64(after)
				req.After = &u
			}
			if limit < 0 {
				return usageError{fmt.Errorf("--limit %d: give 1 or more, or 0 for no end", limit)}
			}
			if err := watchFilter(req, names, types); err != nil {
				return err
			}
			return a.watch(cmd, req, limit)
		},
	}
	cmd.Flags().Int64Var(&after, "after", 0, "begin after this revision (default: only what is new)")
	cmd.Flags().StringArrayVar(&names, "name", nil, "only this authority or standard (may be given again)")
	cmd.Flags().StringArrayVar(&types, "type", nil, "only this type of change, such as VERSION_PUBLISHED (may be given again)")
	cmd.Flags().IntVar(&limit, "limit", 0, "end after this many changes; 0: never")
	return cmd
}

func watchFilter(req *etalonv1.WatchRequest, names, types []string) error {
	for _, s := range names {
		if strings.Contains(s, "/") {
			n, err := standard.ParseName(s)
			if err != nil {
				return err
			}
			req.Standards = append(req.Standards, n.Resource())
			continue
		}
		id, err := standard.ParseAuthorityID(s)
		if err != nil {
			return err
		}
		req.Authorities = append(req.Authorities, standard.AuthorityName(id))
	}
	for _, s := range types {
		t, err := standard.ParseChangeType(s)
		if err != nil {
			return err
		}
		req.Types = append(req.Types, etalonv1.Change_Type(t))
	}
	return nil
}

// errEnough ends a watch that has shown what was asked for.
var errEnough = errors.New("enough")

func (a *app) watch(cmd *cobra.Command, req *etalonv1.WatchRequest, limit int) error {
	c, err := a.dial()
	if err != nil {
		return err
	}
	// The feed waits for a registry that is away, for ever; whoever begins to
	// watch had better know that it is.
	if err := a.reach(cmd, c); err != nil {
		return err
	}
	seen := 0
	err = c.Watch(cmd.Context(), req, func(res *etalonv1.WatchResponse) error {
		for _, ch := range res.GetChanges() {
			if err := a.printLine(ch, func(out io.Writer) { changeLine(out, ch) }); err != nil {
				return err
			}
			if seen++; seen == limit {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) || cmd.Context().Err() != nil {
		return nil //nolint:nilerr // the user has seen enough
	}
	return err
}

// reach fails if the registry can't be reached now.
func (a *app) reach(cmd *cobra.Command, c *client.Client) error {
	ctx, cancel := a.request(cmd)
	defer cancel()
	_, err := c.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	return err
}

func changeLine(out io.Writer, c *etalonv1.Change) {
	what := word(c.GetType(), "TYPE_")
	about := reference(c.GetName())
	if c.GetDetail() != "" {
		about = strings.TrimSpace(about + "  " + c.GetDetail())
	}
	if t := moment(c.GetEffectiveTime()); t != "" && !c.GetEffectiveTime().AsTime().Equal(c.GetRecordTime().AsTime()) {
		about += "  from " + t
	}
	fmt.Fprintf(out, "%d  %s  %-22s  %s\n", c.GetRevision(), moment(c.GetRecordTime()), what, about)
}
