package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/lockfile"
)

// locking is what is locked, and how.
type locking struct {
	specs
	unresolved, dryRun bool
}

func (a *app) lockCmd() *cobra.Command {
	var l locking
	cmd := &cobra.Command{
		Use:   "lock FILE|FOLDER|GLOB...",
		Short: "Write down which versions the standards that specifications cite mean",
		Long: `Resolve the standards that specifications cite, and write to standards.lock which
versions they mean, with digests and the steps on record for later. From then on
'etalon check --locked' tells, with no registry at hand, when a document and its
lock differ.

The file is meant for version control: it is sorted, and the same content gives
the same bytes, however far the registry has moved on.`,
		Example: `  etalon lock tender.docx annexes/*.pdf
  etalon lock docs --as-of 2024-10-01
  etalon lock docs --allow-unresolved`,
		Args: documentArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return a.lock(cmd, args, &l) },
	}
	l.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&l.lock, "lock", lockfile.FileName, "file to write")
	f.BoolVar(&l.unresolved, "allow-unresolved", false, "record citations that mean no version, instead of refusing them")
	f.BoolVar(&l.dryRun, "dry-run", false, "say what would change, and write nothing; exit code 1 if something would")
	return cmd
}

func (a *app) lock(cmd *cobra.Command, args []string, l *locking) error {
	opts, err := l.options(time.Now())
	if err != nil {
		return err
	}
	old, err := l.old()
	if err != nil {
		return err
	}
	fresh, unresolved, err := a.makeLock(cmd, args, l, opts)
	if err != nil {
		return err
	}
	if len(unresolved) > 0 && !l.unresolved {
		for _, u := range unresolved {
			fmt.Fprintln(a.Err, "etalon: "+visible(openQuestion(u)))
		}
		return refused{fmt.Errorf("%s a version, and %s was not written; mend them, or give --allow-unresolved", without(len(unresolved)), l.lock)}
	}
	fresh.Unresolved = append(fresh.Unresolved, unresolved...)
	return a.writeLock(l, old, lockfile.Update(old, fresh))
}

// openQuestion says where a citation stands that means no version, and why.
func openQuestion(u lockfile.Unresolved) string {
	text, id := u.Message, u.ID.String()
	if !strings.HasPrefix(text, id) {
		text = id + ": " + text
	}
	if len(u.Files) > 0 {
		text = strings.Join(u.Files, ", ") + ": " + text
	}
	return text
}

// old is the lock that is there; nil: none is.
func (l *locking) old() (*lockfile.File, error) {
	if _, err := os.Stat(l.lock); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return l.locked()
}

// makeLock resolves what the documents cite.
func (a *app) makeLock(cmd *cobra.Command, args []string, l *locking, opts check.Options) (*lockfile.File, []lockfile.Unresolved, error) {
	f, err := a.finder()
	if err != nil {
		return nil, nil, err
	}
	docs, err := a.read(cmd.Context(), &l.specs, args, opts.Config)
	if err != nil {
		return nil, nil, err
	}
	reports, err := a.reports(cmd, docs, f, opts)
	if err != nil {
		return nil, nil, err
	}
	ctx, c, cancel, err := a.call(cmd)
	if err != nil {
		return nil, nil, err
	}
	defer cancel()
	registry, err := c.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	if err != nil {
		return nil, nil, err
	}
	fresh, unresolved := lockfile.Make(reports, registry.GetId())
	fresh.AsOf = opts.Day()
	return fresh, unresolved, nil
}

func (a *app) writeLock(l *locking, old, fresh *lockfile.File) error {
	changes := lockfile.Diff(old, fresh)
	for _, c := range changes {
		fmt.Fprintln(a.Out, c)
	}
	data := fresh.Bytes()
	same := old != nil && bytes.Equal(old.Bytes(), data)
	switch {
	case same:
		fmt.Fprintf(a.Err, "etalon: %s is up to date: %s\n", l.lock, entries(fresh))
	case l.dryRun:
		fmt.Fprintf(a.Err, "etalon: %s would change\n", l.lock)
		return errFindings
	default:
		if err := placeBytes(l.lock, data); err != nil {
			return err
		}
		fmt.Fprintf(a.Err, "etalon: %s written: %s\n", l.lock, entries(fresh))
	}
	return nil
}

func without(n int) string {
	if n == 1 {
		return "1 citation does not mean"
	}
	return fmt.Sprintf("%d citations do not mean", n)
}

func entries(f *lockfile.File) string {
	text := plural(len(f.Entries), "standard") + " at revision " + fmt.Sprint(f.Revision)
	if n := len(f.Unresolved); n > 0 {
		text += ", " + plural(n, "citation") + " unresolved"
	}
	return text
}
