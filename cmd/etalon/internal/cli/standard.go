package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func (a *app) standardCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "standard",
		Short: "Change what is recorded of a standard as a whole",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.standardSetCmd())
	return cmd
}

// standardFlags are the fields of a standard that flags set. Each flag maps
// to the field that it changes.
type standardFlags struct {
	title, description, kind, scheme, steward, homepage, licence, access string
	sectors, designations                                                []string
}

var standardMask = map[string]string{
	"title": "titles", "description": "descriptions", "kind": "kind", "scheme": "scheme", "steward": "steward",
	"homepage": "homepage", "licence": "licence", "access": "access", "sector": "sectors", "designation": "designations",
}

func (a *app) standardSetCmd() *cobra.Command {
	var s standardFlags
	var create bool
	cmd := &cobra.Command{
		Use:     "set NAME",
		Short:   "Change a standard's title, steward, designations and so on, or create it",
		Example: `  etalon standard set ocp/ocds --steward "Open Contracting Partnership" --sector procurement`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := standard.ParseName(args[0])
			if err != nil {
				return err
			}
			return a.standardSet(cmd, n, s, create)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.title, "title", "", "title, in English")
	f.StringVar(&s.description, "description", "", "description, in English")
	f.StringVar(&s.kind, "kind", "", "DATA_DICTIONARY, FORMAT, API, CODE_LIST, GLOSSARY, CLAUSE, PROFILE, SPECIFICATION or GUIDANCE")
	f.StringVar(&s.scheme, "scheme", "", "SEMVER, NUMERIC, DATE, EDITION or DECLARED; only while there are no versions")
	f.StringVar(&s.steward, "steward", "", "who looks after it")
	f.StringVar(&s.homepage, "homepage", "", "web address")
	f.StringVar(&s.licence, "licence", "", "licence, as an SPDX expression where there is one")
	f.StringVar(&s.access, "access", "", "OPEN, PURCHASE or RESTRICTED")
	f.StringArrayVar(&s.sectors, "sector", nil, "sector (may be given again; replaces those there)")
	f.StringArrayVar(&s.designations, "designation", nil, "undated designation (may be given again; replaces those there)")
	f.BoolVar(&create, "create", false, "create the standard, which must be new")
	return cmd
}

func (a *app) standardSet(cmd *cobra.Command, n standard.Name, s standardFlags, create bool) error {
	msg, err := s.message(n)
	if err != nil {
		return err
	}
	var mask []string
	for flag, field := range standardMask {
		if cmd.Flags().Changed(flag) {
			mask = append(mask, field)
		}
	}
	slices.Sort(mask)
	if len(mask) == 0 {
		return usageError{fmt.Errorf("nothing to set; see '%s --help'", cmd.CommandPath())}
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	var res *etalonv1.Standard
	did := "changed"
	if create {
		did = "created"
		res, err = c.Standards.CreateStandard(ctx, &etalonv1.CreateStandardRequest{
			Parent: standard.AuthorityName(n.Authority), StandardId: n.Standard, Standard: msg, RequestId: uuid.NewString(),
		})
	} else {
		res, err = c.Standards.UpdateStandard(ctx, &etalonv1.UpdateStandardRequest{
			Standard: msg, UpdateMask: &fieldmaskpb.FieldMask{Paths: mask}, RequestId: uuid.NewString(),
		})
	}
	if err != nil {
		return err
	}
	return a.print(res, func(out io.Writer) { fmt.Fprintf(out, "%s %s\n", did, reference(res.GetName())) })
}

func (s *standardFlags) message(n standard.Name) (*etalonv1.Standard, error) {
	msg := &etalonv1.Standard{
		Name: n.Resource(), Titles: texts(s.title), Descriptions: texts(s.description), Steward: s.steward,
		Homepage: s.homepage, Licence: s.licence, Sectors: s.sectors, Designations: s.designations,
	}
	if s.kind != "" {
		k, err := standard.ParseKind(s.kind)
		if err != nil {
			return nil, err
		}
		msg.Kind = etalonv1.Kind(k)
	}
	if s.scheme != "" {
		v, err := standard.ParseScheme(s.scheme)
		if err != nil {
			return nil, err
		}
		msg.Scheme = etalonv1.VersionScheme(v)
	}
	if s.access != "" {
		v, err := standard.ParseAccess(s.access)
		if err != nil {
			return nil, err
		}
		msg.Access = etalonv1.Access(v)
	}
	return msg, nil
}

func (a *app) tagCmd() *cobra.Command {
	var effective string
	var remove bool
	cmd := &cobra.Command{
		Use:   "tag NAME TAG [VERSION]",
		Short: "Let a tag name a version, or remove it",
		Example: `  etalon tag ocp/ocds recommended 1.1.5
  etalon tag ocp/ocds recommended 1.2.0 --effective 2027-01-01
  etalon tag ocp/ocds beta --remove`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			if remove != (len(args) == 2) {
				return usageError{fmt.Errorf("give a version to set a tag, or --remove to remove it; see '%s --help'", cmd.CommandPath())}
			}
			n, err := standard.ParseName(args[0])
			if err != nil {
				return err
			}
			return a.tag(cmd, n, args[1], args[2:], effective)
		},
	}
	cmd.Flags().StringVar(&effective, "effective", "", "from when on (2027-01-01); empty: now")
	cmd.Flags().BoolVar(&remove, "remove", false, "remove the tag")
	return cmd
}

func (a *app) tag(cmd *cobra.Command, n standard.Name, tag string, version []string, effective string) error {
	from, err := parseWhen(effective)
	if err != nil {
		return err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	var res *etalonv1.Standard
	if len(version) == 0 {
		res, err = c.Standards.RemoveTag(ctx, &etalonv1.RemoveTagRequest{Name: n.Resource(), Tag: tag, EffectiveTime: from, RequestId: uuid.NewString()})
	} else {
		res, err = c.Standards.SetTag(ctx, &etalonv1.SetTagRequest{Name: n.Resource(), Tag: tag, Version: version[0], EffectiveTime: from, RequestId: uuid.NewString()})
	}
	if err != nil {
		return err
	}
	return a.print(res, func(out io.Writer) {
		if len(version) == 0 {
			fmt.Fprintf(out, "removed tag %s of %s\n", tag, n)
			return
		}
		fmt.Fprintf(out, "%s@%s names %s@%s%s\n", n, tag, n, version[0], unless(from == nil, " from "+moment(from)))
	})
}
