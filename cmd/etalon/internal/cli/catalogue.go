package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

// importing is how many standards of a catalogue are entered at once.
const importing = 32

// catalogueFiles says whether the arguments name catalogues: YAML files, or
// folders of them.
func catalogueFiles(args []string) bool {
	return len(args) > 0 && !slices.ContainsFunc(args, func(arg string) bool {
		info, err := os.Stat(arg)
		ext := strings.ToLower(filepath.Ext(arg))
		return ext != ".yaml" && ext != ".yml" && (err != nil || !info.IsDir())
	})
}

// importCatalogues enters what catalogue files say. What is there already is
// left as it is. What the registry refuses is said, and the rest goes on.
func (a *app) importCatalogues(cmd *cobra.Command, args []string) error {
	var all []*release.Catalogue
	for _, arg := range args {
		dir, name := filepath.Split(filepath.Clean(arg))
		read, err := release.ReadCatalogues(os.DirFS(filepath.Join(".", dir)), name)
		if filepath.IsAbs(dir) {
			read, err = release.ReadCatalogues(os.DirFS(dir), name)
		}
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			return fmt.Errorf("%s: %w", arg, e.Err)
		}
		if err != nil {
			return usageError{err}
		}
		all = append(all, read...)
	}
	if len(all) == 0 {
		return usageError{fmt.Errorf("%s: no catalogue there (*.yaml)", strings.Join(args, ", "))}
	}
	c, err := a.dial()
	if err != nil {
		return err
	}
	e := &entering{app: a, client: c}
	ctx := cmd.Context()
	for _, cat := range release.ParentsFirst(all) {
		if err := e.authority(ctx, cat); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(importing)
	for _, cat := range all {
		for i := range cat.Standards {
			group.Go(func() error { return e.standard(ctx, &cat.Standards[i]) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return e.finish()
}

// entering enters catalogues.
type entering struct {
	app    *app
	client *client.Client

	mu      sync.Mutex
	entered etalonv1.ListVersionsResponse
	there   int // versions that were there already
	refused []string
}

// tolerate notes what the registry refuses, and gives every other error.
func (e *entering) tolerate(err error, what string) error {
	switch grpcCode(err) {
	case codes.OK:
		return err
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.FailedPrecondition:
		e.mu.Lock()
		defer e.mu.Unlock()
		e.refused = append(e.refused, what+": "+explain(err))
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (e *entering) authority(ctx context.Context, c *release.Catalogue) error {
	name := standard.AuthorityName(c.Authority.ID)
	_, err := e.client.Authorities.GetAuthority(ctx, &etalonv1.GetAuthorityRequest{Name: name})
	if grpcCode(err) != codes.NotFound {
		return err
	}
	_, err = e.client.Authorities.CreateAuthority(ctx, &etalonv1.CreateAuthorityRequest{
		AuthorityId: string(c.Authority.ID), Authority: authorityMessage(c.Authority), RequestId: uuid.NewString(),
	})
	return e.tolerate(err, string(c.Authority.ID))
}

func (e *entering) standard(ctx context.Context, s *release.CatalogueStandard) error {
	name := s.Record.Name
	_, err := e.client.Standards.CreateStandard(ctx, &etalonv1.CreateStandardRequest{
		Parent: standard.AuthorityName(name.Authority), StandardId: name.Standard, Standard: standardMessage(s.Record), RequestId: uuid.NewString(),
	})
	if grpcCode(err) == codes.AlreadyExists {
		_, err = e.client.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: name.Resource()}) // or it is a designation that is taken
	}
	if err != nil {
		return e.tolerate(err, name.String())
	}
	for i := range s.Versions {
		if err := e.version(ctx, name, &s.Versions[i]); err != nil {
			return err
		}
	}
	for tag, v := range s.Tags {
		_, err := e.client.Standards.SetTag(ctx, &etalonv1.SetTagRequest{Name: name.Resource(), Tag: tag, Version: string(v), RequestId: uuid.NewString()})
		if err := e.tolerate(err, name.String()+", tag "+tag); err != nil {
			return err
		}
	}
	return nil
}

func (e *entering) version(ctx context.Context, n standard.Name, v *release.CatalogueVersion) error {
	ref := n.String() + "@" + string(v.Record.ID)
	res, err := e.client.Publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: n.Resource(), VersionId: string(v.Record.ID), Version: versionMessage(v.Record), RequestId: uuid.NewString(),
	})
	if err != nil {
		return e.tolerate(err, ref)
	}
	e.mu.Lock()
	if res.GetAlreadyPublished() {
		e.there++
	} else {
		e.entered.Versions = append(e.entered.Versions, res.GetVersion())
	}
	e.entered.Revision = max(e.entered.GetRevision(), res.GetRevision())
	e.mu.Unlock()
	if len(res.GetVersion().GetSteps()) > 0 {
		return nil // its owner went on from there
	}
	for _, step := range v.Steps {
		if err := e.tolerate(e.step(ctx, res.GetVersion().GetName(), step), ref); err != nil {
			return err
		}
	}
	return nil
}

func (e *entering) step(ctx context.Context, name string, s standard.Step) (err error) {
	from, request, c := timestamppb.New(s.Effective), uuid.NewString(), e.client.Versions
	switch s.Kind {
	case standard.StepDeprecate:
		_, err = c.DeprecateVersion(ctx, &etalonv1.DeprecateVersionRequest{
			Name: name, EffectiveTime: from, Note: s.Note, RequestId: request,
			RemovalDate: s.RemovalDate.String(), Alternative: s.Alternative, Documentation: s.Documentation,
		})
	case standard.StepSupersede:
		_, err = c.SupersedeVersion(ctx, &etalonv1.SupersedeVersionRequest{Name: name, EffectiveTime: from, Note: s.Note, RequestId: request, Successor: s.Successor})
	case standard.StepWithdraw:
		_, err = c.WithdrawVersion(ctx, &etalonv1.WithdrawVersionRequest{Name: name, EffectiveTime: from, Note: s.Note, RequestId: request})
	case standard.StepInvalidate:
		_, err = c.InvalidateVersion(ctx, &etalonv1.InvalidateVersionRequest{Name: name, EffectiveTime: from, Note: s.Note, RequestId: request})
	default:
		err = fmt.Errorf("a catalogue can't hold a step of kind %s", s.Kind)
	}
	return err
}

// finish says what was entered, and what was refused.
func (e *entering) finish() error {
	slices.SortFunc(e.entered.Versions, func(a, b *etalonv1.Version) int { return strings.Compare(a.GetName(), b.GetName()) })
	err := e.app.print(&e.entered, func(out io.Writer) {
		fmt.Fprintf(out, "%s entered, %d there already\n", plural(len(e.entered.GetVersions()), "version"), e.there)
	})
	slices.Sort(e.refused)
	for _, r := range e.refused {
		fmt.Fprintln(e.app.Err, "etalon: not taken: "+r)
	}
	if len(e.refused) > 0 {
		err = errors.Join(err, errFindings)
	}
	return err
}
