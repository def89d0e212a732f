package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func (a *app) authorityCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "authority",
		Short: "Create, list and show registration authorities",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.authorityCreateCmd(), a.authorityListCmd(), a.authorityShowCmd())
	return cmd
}

func (a *app) authorityCreateCmd() *cobra.Command {
	var title, description, homepage, parent string
	var sectors, prefixes []string
	cmd := &cobra.Command{
		Use:     "create ID",
		Short:   "Make a namespace for a standards body or a sector hub",
		Example: `  etalon authority create ocp --title "Open Contracting Partnership" --prefix OCDS`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			auth := &etalonv1.Authority{
				Titles: texts(title), Descriptions: texts(description), Homepage: homepage,
				Sectors: sectors, DesignationPrefixes: prefixes,
			}
			if parent != "" {
				auth.Parent = standard.AuthorityName(standard.AuthorityID(parent))
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			res, err := c.Authorities.CreateAuthority(ctx, &etalonv1.CreateAuthorityRequest{
				Authority: auth, AuthorityId: args[0], RequestId: uuid.NewString(),
			})
			if err != nil {
				return err
			}
			return a.print(res, func(out io.Writer) { fmt.Fprintf(out, "created %s\n", reference(res.GetName())) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&title, "title", "", "its name (required)")
	f.StringVar(&description, "description", "", "what it is and looks after")
	f.StringVar(&homepage, "homepage", "", "web address")
	f.StringVar(&parent, "parent", "", "authority that it belongs to")
	f.StringArrayVar(&sectors, "sector", nil, "sector it works in (may be given again)")
	f.StringArrayVar(&prefixes, "prefix", nil, "designation prefix that it owns, such as \"BS EN\" (may be given again)")
	return cmd
}

func (a *app) authorityListCmd() *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List authorities",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authorities(cmd, p) },
	}
	p.flags(cmd, false)
	return cmd
}

func (a *app) authorities(cmd *cobra.Command, p paging) error {
	if err := p.check(); err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	all := &etalonv1.ListAuthoritiesResponse{}
	req := &etalonv1.ListAuthoritiesRequest{Filter: p.filter}
	err = p.pages(func(size int32, token string) (int, string, error) {
		req.PageSize, req.PageToken = size, token
		res, err := c.Authorities.ListAuthorities(ctx, req)
		all.Authorities, all.Revision = append(all.Authorities, res.GetAuthorities()...), res.GetRevision()
		return len(all.Authorities), res.GetNextPageToken(), err
	})
	if err != nil {
		return err
	}
	return a.print(all, func(out io.Writer) {
		var rows [][]string
		for _, s := range all.GetAuthorities() {
			rows = append(rows, []string{reference(s.GetName()), strings.Join(s.GetDesignationPrefixes(), ", "), english(s.GetTitles())})
		}
		a.table(out, []string{"AUTHORITY", "PREFIXES", "TITLE"}, rows)
	})
}

func (a *app) authorityShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one authority",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := standard.ParseAuthorityID(args[0])
			if err != nil {
				return err
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			res, err := c.Authorities.GetAuthority(ctx, &etalonv1.GetAuthorityRequest{Name: standard.AuthorityName(id)})
			if err != nil {
				return err
			}
			return a.print(res, func(out io.Writer) { showAuthority(out, res) })
		},
	}
}

func showAuthority(out io.Writer, s *etalonv1.Authority) {
	var contacts []string
	for _, c := range s.GetContacts() {
		contacts = append(contacts, strings.Join(strings.Fields(c.GetName()+" "+c.GetEmail()+" "+c.GetUrl()), " "))
	}
	fields(out,
		"authority", reference(s.GetName()),
		"title", english(s.GetTitles()),
		"description", english(s.GetDescriptions()),
		"homepage", s.GetHomepage(),
		"parent", reference(s.GetParent()),
		"sectors", strings.Join(s.GetSectors(), ", "),
		"prefixes", strings.Join(s.GetDesignationPrefixes(), ", "),
		"contacts", strings.Join(contacts, "\n"),
		"created", moment(s.GetCreateTime()),
		"changed", moment(s.GetUpdateTime()),
		"identifier", s.GetIri(),
	)
}

// texts is one English text, or none.
func texts(s string) []*etalonv1.Text {
	if s == "" {
		return nil
	}
	return []*etalonv1.Text{{Language: "en", Value: s}}
}
