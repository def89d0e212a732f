package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/bundle/offline"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/lockfile"
	"github.com/etalon-registry/etalon/service/standard"
)

// oldBundle is the age from which on a bundle is worth a word.
const oldBundle = 30 * 24 * time.Hour

// bundling is what a bundle is made of.
type bundling struct {
	locks     []string
	to        string
	withFiles bool
}

func (a *app) bundleCmd() *cobra.Command {
	var b bundling
	cmd := &cobra.Command{
		Use:   "bundle [REF...] --to FILE",
		Short: "Write what some standards need to a file, to read it where no registry is",
		Long: `Write an offline bundle: the registry's own records of the standards named, of
what precedes and follows them, adopts them or is adopted by them, and of
whoever claims the same designations. Every command that reads answers from it
with --bundle FILE as the registry did at that revision.

The same standards at the same revision give the same file, byte for byte. What
is not in a bundle may be registered all the same; answers say so.`,
		Example: `  etalon bundle --lock standards.lock --to standards.bundle
  etalon bundle ocp/ocds "ISO 19650-2:2018" --to standards.bundle
  etalon resolve "BS EN ISO 19650-2:2018" --bundle standards.bundle
  etalon bundle info standards.bundle`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.makeBundle(cmd, args, b) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&b.locks, "lock", nil, "take the versions of this lockfile; may be given several times")
	f.StringVar(&b.to, "to", "", "file to write (\"-\": standard output)")
	f.BoolVar(&b.withFiles, "with-files", false, "put in the files of the versions that are named")
	cmd.AddCommand(a.bundleInfoCmd())
	return cmd
}

func (a *app) makeBundle(cmd *cobra.Command, args []string, b bundling) error {
	switch {
	case b.to == "":
		return usageError{fmt.Errorf("say with --to which file to write; see '%s --help'", cmd.CommandPath())}
	case len(args) == 0 && len(b.locks) == 0:
		return usageError{fmt.Errorf("name standards or a lockfile; see '%s --help'", cmd.CommandPath())}
	}
	refs, open, err := lockedRefs(b.locks)
	if err != nil {
		return err
	}
	around, err := a.aroundOpen(cmd, open)
	if err != nil {
		return err
	}
	refs = append(refs, around...)
	named, err := a.namedRefs(cmd, args)
	if err != nil {
		return err
	}
	refs = append(refs, named...)
	slices.Sort(refs)
	if refs = slices.Compact(refs); len(refs) == 0 {
		return fmt.Errorf("%w: the lockfile locks nothing", standard.ErrMalformed)
	}
	c, err := a.dial()
	if err != nil {
		return err
	}
	req := &etalonv1.ExportBundleRequest{Refs: refs, WithFiles: b.withFiles}
	if b.to == "-" {
		_, err := c.ExportBundle(cmd.Context(), req, a.Out)
		return err
	}
	return a.saveBundle(cmd.Context(), c, req, b.to)
}

// lockedRefs are the versions of lockfiles, and the citations without one that
// the registry knew something of.
func lockedRefs(files []string) (refs, open []string, err error) {
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		lock, err := lockfile.Parse(data)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, u := range lock.Unresolved {
			if u.Outcome != check.UnknownStandard {
				open = append(open, u.ID.String())
			}
		}
		for _, e := range lock.Entries {
			ref := e.Ref
			if ref.Name.IsZero() {
				continue
			}
			ref.Prefixed, ref.Member = false, ""
			refs = append(refs, ref.String())
		}
	}
	return refs, open, nil
}

// aroundOpen are the standards that citations without a version are told by: of
// an edition that does not exist those that do, of a family its parts and what
// it was before.
func (a *app) aroundOpen(cmd *cobra.Command, open []string) ([]string, error) {
	var refs []string
	for part := range slices.Chunk(open, client.MaxBatch) {
		ctx, c, cancel, err := a.call(cmd)
		if err != nil {
			return nil, err
		}
		defer cancel()
		res, err := c.Checks.LookUpCitations(ctx, &etalonv1.LookUpCitationsRequest{Designations: part})
		if err != nil {
			return nil, err
		}
		for _, f := range res.GetFacts() {
			if name, err := standard.ParseStandardResource(f.GetStandard()); err == nil {
				refs = append(refs, name.String())
			}
			for _, near := range f.GetCandidates() {
				if ref, err := standard.ParseRef(near.GetRef()); err == nil {
					refs = append(refs, ref.Name.String())
				}
			}
		}
	}
	return refs, nil
}

// namedRefs are standards as they are, and the versions that everything else
// means today.
func (a *app) namedRefs(cmd *cobra.Command, args []string) ([]string, error) {
	var refs, ask []string
	for _, arg := range args {
		ref, err := standard.ParseRef(arg)
		if err == nil && ref.Selector.Kind == standard.SelectDefault && ref.Member == "" {
			refs = append(refs, ref.Name.String())
			continue
		}
		ask = append(ask, arg)
	}
	if len(ask) == 0 {
		return refs, nil
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return nil, err
	}
	defer cancel()
	var failed []error
	err = c.BatchResolve(ctx, &etalonv1.BatchResolveRequest{Refs: ask}, func(i int, r *etalonv1.BatchResolveResponse_Result, _ uint64) {
		if f := r.GetFailure(); f != nil {
			failed = append(failed, &client.Failed{Ref: ask[i], Failure: f})
			return
		}
		refs = append(refs, reference(r.GetResolved().GetName()))
	})
	if err != nil {
		return nil, err
	}
	for _, f := range failed {
		fmt.Fprintln(a.Err, "etalon: "+explain(f))
	}
	if len(failed) > 0 {
		return nil, errFindings
	}
	return refs, nil
}

// saveBundle puts the file in its place once it is known to be a bundle.
func (a *app) saveBundle(ctx context.Context, c *client.Client, req *etalonv1.ExportBundleRequest, to string) error {
	var n int64
	var b *bundle.Bundle
	err := place(to, func(f *os.File) (err error) {
		if n, err = c.ExportBundle(ctx, req, f); err != nil {
			return err
		}
		b, err = bundle.Read(f, n)
		return err
	})
	if err != nil {
		return err
	}
	i := b.Info()
	fmt.Fprintf(a.Err, "%d standards, %d versions at revision %d: %s in %s\n", i.Standards, i.Versions, i.Revision, size(n), to)
	return nil
}

func (a *app) bundleInfoCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "info FILE",
		Short: "Check a bundle, its files too, and say what it is of",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			stat, err := f.Stat()
			if err != nil {
				return err
			}
			b, err := bundle.Read(f, stat.Size())
			if err == nil {
				err = b.Verify(cmd.Context())
			}
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return a.printBundle(b)
		},
	}
}

func (a *app) printBundle(b *bundle.Bundle) error {
	i := b.Info()
	files, total := b.FileBytes()
	if !a.text() {
		data, err := json.Marshal(struct {
			bundle.Info
			FileCount int64  `json:"fileCount"`
			FileBytes int64  `json:"fileBytes"`
			Digest    string `json:"digest"`
		}{i, files, total, b.Digest()})
		if err != nil {
			return err
		}
		return a.printJSON(data)
	}
	rows := []string{
		"registry", i.RegistryID,
		"revision", strconv.FormatUint(uint64(i.Revision), 10),
		"recorded", i.RevisionTime.Format(time.RFC3339),
		"standards", strconv.Itoa(i.Standards),
		"versions", strconv.Itoa(i.Versions),
		"files", fmt.Sprintf("%d, %s", files, size(total)),
		"digest", b.Digest(),
	}
	for n, ref := range i.Refs {
		what := "made for"
		if n > 0 {
			what = ""
		}
		rows = append(rows, what, ref)
	}
	fields(a.Out, rows...)
	return nil
}

// needServer are the commands that no bundle serves. Others that write are
// found out by what they ask.
var needServer = map[string]bool{
	"watch": true, "publish": true, "tag": true, "draft": true, "deprecate": true, "supersede": true,
	"withdraw": true, "invalidate": true, "correct": true, "export": true, "import": true,
}

// showing are the commands that show all there is.
var showing = map[string]bool{"list": true, "search": true, "refs": true}

// source decides between a server and a bundle: a flag beats the environment,
// and a bundle a server of the same rank.
func (a *app) source(cmd *cobra.Command) error {
	server, file := cmd.Flags().Changed("server"), cmd.Flags().Changed("bundle")
	switch {
	case server && file:
		return usageError{errors.New("give either --server or --bundle")}
	case server:
		a.bundle = ""
	}
	a.partial = showing[cmd.Name()]
	for c := cmd; a.bundle != "" && c.HasParent(); c = c.Parent() {
		if !c.Parent().HasParent() && needServer[c.Name()] {
			return usageError{fmt.Errorf("%s: %w; use --server", cmd.CommandPath(), bundle.ErrReadOnly)}
		}
	}
	return nil
}

// readOnly makes a usage error of a command that a bundle refused.
func readOnly(err error) error {
	var said usageError
	if errors.Is(err, bundle.ErrReadOnly) && !errors.As(err, &said) {
		return usageError{fmt.Errorf("%w; use --server", bundle.ErrReadOnly)}
	}
	return err
}

// openBundle connects to the bundle.
func (a *app) openBundle() (*client.Client, error) {
	r, err := offline.Open(context.Background(), a.bundle)
	if err != nil {
		return nil, err
	}
	a.conn = client.Over(r)
	a.noteBundle(a.Err, r.Info(), time.Now())
	return a.conn, nil
}

// noteBundle says what readers of the output have to know of where it is from.
func (a *app) noteBundle(to io.Writer, i bundle.Info, now time.Time) {
	day := i.RevisionTime.UTC().Format(time.DateOnly)
	switch {
	case a.partial:
		fmt.Fprintf(to, "etalon: from a bundle of %d standards, revision %d of %s; the registry may have more\n", i.Standards, i.Revision, day)
	case now.Sub(i.RevisionTime) > oldBundle:
		fmt.Fprintf(to, "etalon: from a bundle of revision %d, %s\n", i.Revision, day)
	}
}
