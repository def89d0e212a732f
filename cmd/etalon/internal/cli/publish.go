package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
)

// uploads is how many files are sent at once.
const uploads = 4

func (a *app) publishCmd() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "publish DIR",
		Short: "Publish the version that a folder holds",
		Long: `Publish the version that a folder holds, as its etalon.yaml describes it.
The standard is created where it is new, its authority never. Publishing the same
content again is fine and changes nothing; other content under the same version is
refused. What was published stays for ever.`,
		Example: `  etalon publish ./my-standard --dry-run
  etalon publish ./my-standard`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.publish(cmd, args[0], dryRun) },
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "check everything and publish nothing")
	return cmd
}

func (a *app) publish(cmd *cobra.Command, dir string, dryRun bool) error {
	rel, entries, err := readRelease(dir)
	if err != nil {
		return err
	}
	c, err := a.dial()
	if err != nil {
		return err
	}
	// Files are needed for a dry run too: the registry checks that it has them.
	if err := a.uploadAll(cmd.Context(), c, os.DirFS(dir), entries); err != nil {
		return err
	}
	ctx, cancel := a.request(cmd)
	defer cancel()
	req := publishRequest(rel, entries)
	req.ValidateOnly = dryRun
	res, err := c.Publishing.PublishVersion(ctx, req)
	if err != nil {
		return err
	}
	return a.published(res, dryRun)
}

// published prints what a publication came to.
func (a *app) published(res *etalonv1.PublishVersionResponse, dryRun bool) error {
	for _, w := range res.GetWarnings() {
		fmt.Fprintln(a.Err, "etalon: warning: "+w)
	}
	return a.print(res, func(out io.Writer) {
		v := res.GetVersion()
		did := "published"
		switch {
		case res.GetAlreadyPublished():
			did = "already published, the same content:"
		case dryRun:
			did = "fine, would be published:"
		}
		fmt.Fprintf(out, "%s %s\n", did, reference(v.GetName()))
		fields(out, "  digest", v.GetDigest(), "  files", fileSummary(v), "  revision", unless(dryRun, fmt.Sprint(res.GetRevision())))
	})
}

// readRelease reads a folder's manifest and digests its files.
func readRelease(dir string) (*release.Release, []release.FileEntry, error) {
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, usageError{fmt.Errorf("%s: there is no such folder", dir)}
	case err != nil:
		return nil, nil, err
	case !info.IsDir():
		return nil, nil, usageError{fmt.Errorf("%s is no folder; give the one that holds %s", dir, release.FileName)}
	}
	path := filepath.Join(dir, release.FileName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usageError{fmt.Errorf("%s: there is no %s in it; docs/etalon-yaml.md says what to write there", dir, release.FileName)}
	}
	if err != nil {
		return nil, nil, err
	}
	rel, err := release.Parse(data)
	if err != nil {
		return nil, nil, located(path, err)
	}
	fsys := os.DirFS(dir)
	entries, err := rel.Scan(fsys)
	if err != nil {
		return nil, nil, located(path, err)
	}
	for i := range entries {
		if err := entries[i].Hash(fsys); err != nil {
			return nil, nil, err
		}
	}
	return rel, entries, nil
}

// located puts the file's name before each problem's line.
func located(path string, err error) error {
	var ps release.Problems
	if !errors.As(err, &ps) {
		return fmt.Errorf("%s: %w", path, err)
	}
	var all []error
	for _, p := range ps {
		all = append(all, fmt.Errorf("%s: %s", path, p))
	}
	return usageError{errors.Join(all...)}
}

// uploadAll sends the files that the registry doesn't have yet.
func (a *app) uploadAll(ctx context.Context, c *client.Client, fsys fs.FS, entries []release.FileEntry) error {
	bySum := map[standard.Digest]release.FileEntry{}
	var sums []standard.Digest
	for _, e := range entries {
		if _, ok := bySum[e.File.Digest]; !ok {
			bySum[e.File.Digest] = e
			sums = append(sums, e.File.Digest)
		}
	}
	missing, err := c.Missing(ctx, sums)
	if err != nil {
		return err
	}
	var total int64
	for _, d := range missing {
		total += bySum[d].File.Size
	}
	bar := a.progress("upload", total)
	defer bar.done()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(uploads)
	for _, d := range missing {
		g.Go(func() error {
			f, err := fsys.Open(bySum[d].Source)
			if err != nil {
				return err
			}
			defer f.Close()
			return c.Upload(ctx, d, bySum[d].File.Size, io.TeeReader(f, bar))
		})
	}
	return g.Wait()
}

func publishRequest(rel *release.Release, entries []release.FileEntry) *etalonv1.PublishVersionRequest {
	return &etalonv1.PublishVersionRequest{
		Parent:    rel.Name.Resource(),
		VersionId: string(rel.Version),
		Version:   versionMessage(rel.VersionRecord(nil)),
		Standard:  standardMessage(rel.Standard()),
		Files:     fileMessages(entries),
		Tags:      rel.Tags,
		RequestId: uuid.NewString(),
	}
}
