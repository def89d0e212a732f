package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/etalon-registry/etalon/client/finder"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/check/lockfile"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/glob"
	"github.com/etalon-registry/etalon/service/standard"
)

// stdin is the argument that stands for standard input.
const stdin = "-"

// specs are the specifications that a command reads, and how.
type specs struct {
	asOf      string
	config    string
	lock      string
	stdinName string
}

func (s *specs) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.asOf, "as-of", "", "as in effect at the end of this day, UTC (2024-10-01); default: today")
	f.StringVar(&s.config, "config", "", "configuration of the rules; default: "+check.ConfigName+" in this folder, where there is one")
	f.StringVar(&s.stdinName, "stdin-name", "-", "what findings call standard input; its ending tells the format")
}

// specification is one document, read and scanned.
type specification struct {
	name  string
	doc   *document.Document
	cites []citation.Citation
	err   error
}

// options reads what says how to check.
func (s *specs) options(now time.Time) (check.Options, error) {
	opts := check.Options{Now: now}
	if s.asOf != "" {
		day, err := standard.ParseDay(s.asOf)
		if _, _, d := day.Date(); err == nil && d == 0 {
			err = fmt.Errorf("%q wants a whole day, such as 2024-10-01", s.asOf)
		}
		if err != nil {
			return opts, usageError{fmt.Errorf("--as-of: %w", err)}
		}
		opts.AsOf = day
	}
	var err error
	opts.Config, err = s.configuration()
	return opts, err
}

// configuration is what etalon-check.yaml says; nothing where none is given
// and none lies here.
func (s *specs) configuration() (check.Config, error) {
	name := s.config
	if name == "" {
		name = check.ConfigName
	}
	data, err := os.ReadFile(name)
	if s.config == "" && errors.Is(err, fs.ErrNotExist) {
		return check.Config{}, nil
	}
	if err != nil {
		return check.Config{}, err
	}
	cfg, err := check.ParseConfig(data)
	if err != nil {
		return cfg, inFile(name, err)
	}
	return cfg, nil
}

// inFile puts the name of a file before each line of an error.
func inFile(name string, err error) error {
	lines := strings.Split(strings.TrimRight(err.Error(), "\n"), "\n")
	for i, l := range lines {
		lines[i] = name + ": " + strings.TrimPrefix(l, standard.ErrMalformed.Error()+": ")
	}
	return usageError{errors.New(strings.Join(lines, "\n"))}
}

// locked reads the lockfile.
func (s *specs) locked() (*lockfile.File, error) {
	data, err := os.ReadFile(s.lock)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist; 'etalon lock FILES' writes it", s.lock)
	}
	if err != nil {
		return nil, err
	}
	lock, err := lockfile.Parse(data)
	if err != nil {
		return nil, inFile(s.lock, err)
	}
	return lock, nil
}

// read reads the documents that the arguments name, a few at a time. Each has
// an error of its own; the second result is that of what names nothing.
func (a *app) read(ctx context.Context, s *specs, args []string, cfg check.Config) ([]*specification, error) {
	names, err := expand(args, cfg)
	if err != nil {
		return nil, err
	}
	all := make([]*specification, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			all[i] = a.readOne(ctx, s, name)
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	return all, ctx.Err()
}

// readOne reads one document. It does not wait longer than ctx: a pipe, or a
// disk that is far away, may never answer, and the program ends soon after.
func (a *app) readOne(ctx context.Context, s *specs, name string) *specification {
	done := make(chan *specification, 1)
	go func() { done <- a.scanOne(ctx, s, name) }()
	select {
	case d := <-done:
		return d
	case <-ctx.Done():
		return &specification{name: name, err: ctx.Err()}
	}
}

func (a *app) scanOne(ctx context.Context, s *specs, name string) *specification {
	d := &specification{name: name}
	if name == stdin {
		d.name = s.stdinName
		d.doc, d.err = document.ReadFrom(ctx, d.name, a.In, document.Limits{})
	} else {
		d.doc, d.err = document.ReadFile(ctx, name, document.Limits{})
	}
	if d.err == nil {
		d.cites = citation.Scan(d.doc.Text)
	}
	return d
}

// expand turns arguments into files: as they are, all that a glob matches, and
// of a folder everything that can be read, but for what is hidden. Links to
// folders are followed where they are named. What the configuration ignores is
// left out, unless it is named itself.
func expand(args []string, cfg check.Config) ([]string, error) {
	var names []string
	add := func(name string) {
		if name != stdin {
			if name = filepath.ToSlash(filepath.Clean(name)); name == stdin {
				name = "./" + stdin // a file of that name
			}
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == stdin, err == nil && !info.IsDir():
			add(arg)
			continue
		case err != nil && !strings.ContainsAny(arg, "*?["):
			return nil, fmt.Errorf("%s: %w", arg, cause(err))
		}
		found, err := walk(arg, err == nil, cfg)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			add(name)
		}
	}
	return names, nil
}

// cause is what went wrong with a file, without the name that the system
// repeats.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// walk lists the readable files of a folder, or those that a glob matches.
func walk(arg string, folder bool, cfg check.Config) ([]string, error) {
	root, pattern := filepath.Clean(arg), ""
	if !folder {
		pattern = path.Clean(filepath.ToSlash(arg))
		if err := glob.Check(pattern); err != nil {
			return nil, usageError{fmt.Errorf("%s: %w", arg, err)}
		}
		root = fixedFolder(pattern)
	}
	top := root
	if info, err := os.Lstat(root); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		top += string(filepath.Separator) // so that the link is followed
	}
	var found []string
	err := filepath.WalkDir(top, func(name string, e fs.DirEntry, err error) error {
		slashed := filepath.ToSlash(filepath.Clean(name))
		switch {
		case name == top:
			return err
		case pattern == "" && strings.HasPrefix(e.Name(), "."), pattern != "" && e.IsDir() && !glob.Below(pattern, slashed):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return err
		case e.IsDir() || cfg.Ignored(slashed) || !regular(name, e):
			return nil
		}
		if pattern == "" && document.Readable(name) || pattern != "" && glob.Match(pattern, slashed) {
			found = append(found, slashed)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(found) == 0 {
		return nil, usageError{fmt.Errorf("%s: no document there that can be read", arg)}
	}
	return found, nil
}

// regular says whether there is a file that can be read to its end, or a link
// to one. Pipes and devices are read only where they are named.
func regular(name string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(name)
	return err != nil || info.Mode().IsRegular() // a broken link is said to be one
}

// fixedFolder is the folder that a glob cannot lead out of.
func fixedFolder(pattern string) string {
	dir := "."
	if strings.HasPrefix(pattern, "/") {
		dir = "/"
	}
	for segment := range strings.SplitSeq(strings.Trim(pattern[:strings.LastIndex(pattern, "/")+1], "/"), "/") {
		if segment == "" || strings.ContainsAny(segment, "*?[\\") {
			break
		}
		dir = filepath.Join(dir, segment)
	}
	return dir
}

// reports checks the documents that could be read, and says of the others why
// not. The error is that of the registry, or of the first such document.
func (a *app) reports(cmd *cobra.Command, docs []*specification, f check.Finder, opts check.Options) ([]check.Report, error) {
	var reports []check.Report
	var unread error
	for _, d := range docs {
		if d.err != nil {
			fmt.Fprintln(a.Err, "etalon: "+visible(strings.Join(strings.Fields(d.err.Error()), " ")))
			unread = errUnread
			continue
		}
		ctx, cancel := a.request(cmd)
		rep, err := check.Run(ctx, d.doc, d.cites, f, opts)
		cancel()
		if err != nil {
			return nil, err
		}
		reports = append(reports, rep)
	}
	return reports, unread
}

// finder asks the registry, or the bundle that stands in for it.
func (a *app) finder() (check.Finder, error) {
	c, err := a.dial()
	if err != nil {
		return nil, err
	}
	return finder.New(c), nil
}

// documentArgs refuses a command that was given no document.
func documentArgs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("name documents: files, folders, or globs in quotes")
	}
	return nil
}
