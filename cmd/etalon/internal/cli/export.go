package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// importChunk is what one message of an import carries, in bytes.
const importChunk = 256 << 10

func (a *app) exportCmd() *cobra.Command {
	var noBlobs bool
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Write the whole registry, verbatim, to a file (\"-\": standard output)",
		Long: `Write the whole registry to a tar archive: its id, its log and its bytes,
verbatim. The same registry gives the same archive, byte for byte. An export is
a backup, and the way from an embedded registry to a cluster.`,
		Example: `  etalon export registry.tar`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.export(cmd, args[0], &etalonv1.ExportRegistryRequest{WithoutBlobs: noBlobs})
		},
	}
	cmd.Flags().BoolVar(&noBlobs, "without-blobs", false, "metadata and log only")
	return cmd
}

func (a *app) export(cmd *cobra.Command, to string, req *etalonv1.ExportRegistryRequest) error {
	c, err := a.dial()
	if err != nil {
		return err
	}
	stream, err := c.Registry.ExportRegistry(cmd.Context(), req)
	if err != nil {
		return err
	}
	copyTo := func(w io.Writer) (n int64, err error) {
		for {
			res, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return n, nil
			}
			if err != nil {
				return n, err
			}
			m, err := w.Write(res.GetData())
			if n += int64(m); err != nil {
				return n, err
			}
		}
	}
	if to == "-" {
		_, err := copyTo(a.Out)
		return err
	}
	var n int64
	err = place(to, func(f *os.File) (err error) {
		n, err = copyTo(f)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "%s in %s\n", size(n), to)
	return nil
}

func (a *app) importCmd() *cobra.Command {
	var republish republication
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read an export or catalogue files, or republish a selection of another registry",
		Long: `Read an export into an empty registry, which then is that registry: same id,
same log.

Files that end in .yaml, and folders, are catalogues: what is known of the
standards of an authority, as docs/catalogue.schema.json says. They are entered
into any registry; what is there already is left as it is.

With --from the registry is another running one, and the selection
given with --select is republished here as new entries that name where they came
from.`,
		Example: `  etalon import registry.tar
  etalon import service/starter/catalogue
  etalon import --from registry.example.org:7420 --select ocp/ocds@^1.1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (republish.from == "") == (len(args) == 0) {
				return usageError{fmt.Errorf("give either a file or --from; see '%s --help'", cmd.CommandPath())}
			}
			if republish.from != "" {
				return a.republish(cmd, republish)
			}
			if catalogueFiles(args) {
				return a.importCatalogues(cmd, args)
			}
			if len(args) > 1 {
				return usageError{fmt.Errorf("an export is one file; only catalogues (.yaml) may be several; see '%s --help'", cmd.CommandPath())}
			}
			return a.importFile(cmd, args[0])
		},
	}
	republish.flags(cmd)
	return cmd
}

func (a *app) importFile(cmd *cobra.Command, from string) error {
	in, total := a.In, int64(0)
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		in, total = f, info.Size()
	}
	c, err := a.dial()
	if err != nil {
		return err
	}
	stream, err := c.Registry.ImportRegistry(cmd.Context())
	if err != nil {
		return err
	}
	bar := a.progress("import", total)
	defer bar.done()
	for buf := make([]byte, importChunk); ; {
		n, err := io.ReadFull(in, buf)
		if n > 0 {
			bar.add(int64(n))
			if err := stream.Send(&etalonv1.ImportRegistryRequest{Data: buf[:n]}); err != nil {
				break // the reason comes with the answer
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	res, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	bar.done()
	return a.print(res, func(out io.Writer) {
		fmt.Fprintf(out, "imported registry %s: revision %d, %d blobs\n", res.GetRegistryId(), res.GetRevision(), res.GetBlobCount())
	})
}
