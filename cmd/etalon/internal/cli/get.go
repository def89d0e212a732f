package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

func (a *app) getCmd() *cobra.Command {
	var w when
	var path, out string
	cmd := &cobra.Command{
		Use:   "get REF",
		Short: "Get the files of the version that a reference means",
		Long: `Get the files of the version that a reference means, each checked against its
digest. With --path one file, to standard output or --out; without it all of
them into the folder --out. A file that is there already with the right bytes is
left alone; one with other bytes is never overwritten.`,
		Example: `  etalon get ocp/ocds@1.1.5 --out ./ocds
  etalon get ocp/ocds --path schema/release-schema.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.get(cmd, args[0], w, path, out) },
	}
	w.flags(cmd)
	cmd.Flags().StringVar(&path, "path", "", "one file of the version")
	cmd.Flags().StringVar(&out, "out", "", "file (with --path) or folder to write to")
	return cmd
}

func (a *app) get(cmd *cobra.Command, ref string, w when, path, out string) error {
	if path == "" && out == "" {
		return usageError{fmt.Errorf("say where to: --out DIR for all files, or --path FILE for one to standard output")}
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return err
	}
	defer cancel()
	res, err := a.pick(ctx, ref, w)
	if err != nil {
		return err
	}
	for _, warn := range res.GetWarnings() {
		fmt.Fprintln(a.Err, "etalon: "+warn.GetMessage())
	}
	files, err := a.files(ctx, res.GetName())
	if err != nil {
		return err
	}
	if len(files) == 0 {
		fmt.Fprintf(a.Err, "etalon: %s holds no files, only metadata and links; see 'etalon show %s'\n", res.GetRef(), res.GetRef())
		return errFindings
	}
	if path != "" {
		return a.getOne(cmd.Context(), c, res.GetRef(), files, path, out)
	}
	return a.getAll(cmd.Context(), c, files, out)
}

func (a *app) getOne(ctx context.Context, c *client.Client, ref string, files []*etalonv1.File, path, out string) error {
	for _, f := range files {
		if f.GetPath() != path {
			continue
		}
		if out != "" {
			return a.save(ctx, c, f, out, nil)
		}
		d, err := standard.ParseDigest(f.GetDigest())
		if err != nil {
			return err
		}
		return c.Download(ctx, d, a.Out)
	}
	fmt.Fprintf(a.Err, "etalon: %s has no file %q; see 'etalon show %s'\n", ref, path, ref)
	return errFindings
}

func (a *app) getAll(ctx context.Context, c *client.Client, files []*etalonv1.File, dir string) error {
	var total int64
	for _, f := range files {
		total += f.GetSizeBytes()
	}
	bar := a.progress("download", total)
	defer bar.done()
	for _, f := range files {
		if err := standard.CheckPath(f.GetPath(), standard.DefaultMaxPath); err != nil {
			return fmt.Errorf("refusing to write: %w", err) // never trust a path from outside
		}
		if err := a.save(ctx, c, f, filepath.Join(dir, filepath.FromSlash(f.GetPath())), bar); err != nil {
			return err
		}
	}
	bar.done()
	fmt.Fprintf(a.Err, "%d files, %s, in %s\n", len(files), size(total), dir)
	return nil
}

// save writes one file whole or not at all.
func (a *app) save(ctx context.Context, c *client.Client, f *etalonv1.File, to string, bar *bar) error {
	d, err := standard.ParseDigest(f.GetDigest())
	if err != nil {
		return err
	}
	switch have, err := digestFile(to); {
	case err == nil && have == d:
		bar.add(f.GetSizeBytes())
		return nil
	case err == nil:
		return fmt.Errorf("%s is there with other bytes (%s, wanted %s); move it away first", to, have, d)
	case !os.IsNotExist(err):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return place(to, func(f *os.File) error { return c.Download(ctx, d, io.MultiWriter(f, bar)) })
}

func digestFile(path string) (standard.Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return standard.Digest{}, err
	}
	defer f.Close()
	return client.DigestReader(f)
}

// pick resolves one reference.
func (a *app) pick(ctx context.Context, ref string, w when) (*etalonv1.ResolveResponse, error) {
	known, err := w.known()
	if err != nil {
		return nil, err
	}
	c, err := a.dial()
	if err != nil {
		return nil, err
	}
	return c.ResolveRequest(ctx, &etalonv1.ResolveRequest{Ref: ref, AsOf: w.asOf, KnownAt: known, IncludePrereleases: w.prereleases})
}

// files lists all files of a version.
func (a *app) files(ctx context.Context, version string) ([]*etalonv1.File, error) {
	var all []*etalonv1.File
	err := new(paging).pages(func(size int32, token string) (int, string, error) {
		res, err := a.conn.Versions.ListFiles(ctx, &etalonv1.ListFilesRequest{Parent: version, PageSize: size, PageToken: token})
		all = append(all, res.GetFiles()...)
		return len(all), res.GetNextPageToken(), err
	})
	return all, err
}

// pageSize is what lists are asked for at once.
const pageSize = 1000
