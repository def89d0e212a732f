package release

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/etalon-registry/etalon/service/glob"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// Scan finds the files of the release in its directory, in the order of their
// paths. A file goes by the first rule that names it. Without rules it is
// every file but etalon.yaml at the top and what starts with a dot. It looks
// at the first 64 KiB of a file where its media type is not given; Digest
// stays zero until Hash.
//
// The error is a Problems: a path that can't be published, a rule that names
// nothing, a path that is no plain file; or what reading the directory gave.
func (rel *Release) Scan(fsys fs.FS) ([]FileEntry, error) {
	found, err := walk(fsys)
	if err != nil {
		return nil, fmt.Errorf("reading the directory: %w", err)
	}
	s := &scan{fsys: fsys, rules: rel.Files, used: make([]bool, len(rel.Files))}
	for _, f := range found {
		s.take(f, rel.AllFiles)
	}
	s.checkRules(found)
	s.checkPaths()
	strictyaml.Sort(s.problems)
	if err := s.problems.err(); err != nil {
		return nil, err
	}
	for i := range s.entries {
		if err := s.describe(&s.entries[i], s.ruleOf[i]); err != nil {
			return nil, err
		}
	}
	return s.entries, nil
}

// Hash reads the file once, and sets its size and digest.
func (e *FileEntry) Hash(fsys fs.FS) error {
	f, err := fsys.Open(e.Source)
	if err != nil {
		return fmt.Errorf("hashing %q: %w", e.Source, err)
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("hashing %q: %w", e.Source, err)
	}
	e.File.Size = n
	e.File.Digest = standard.Digest(h.Sum(nil))
	return nil
}

// foundFile is a directory entry that is no directory.
type foundFile struct {
	path  string
	plain bool // a regular file
	size  int64
}

func walk(fsys fs.FS) ([]foundFile, error) {
	var found []foundFile
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		found = append(found, foundFile{p, d.Type().IsRegular(), info.Size()})
		return nil
	})
	return found, err
}

type scan struct {
	fsys     fs.FS
	rules    []FileRule
	used     []bool // by rule: names at least one file
	entries  []FileEntry
	ruleOf   []*FileRule // by entry; nil: no rules
	problems Problems
}

func (s *scan) take(f foundFile, all bool) {
	rule, named := s.rule(f.path)
	if all {
		named = f.path != FileName && !hidden(f.path)
	}
	switch {
	case !named:
		return
	case !f.plain:
		s.report(rule, f.path, "%q is a link or a device; only plain files are published, put a copy there", f.path)
		return
	}
	normal, err := standard.NormalPath(f.path)
	if err != nil {
		s.report(rule, f.path, "%s", plain(err))
		return
	}
	s.entries = append(s.entries, FileEntry{File: standard.File{Path: normal, Size: f.size}, Source: f.path})
	s.ruleOf = append(s.ruleOf, rule)
}

// rule is the first rule that names the path; every rule that does is used.
func (s *scan) rule(p string) (*FileRule, bool) {
	var first *FileRule
	for i := range s.rules {
		r := &s.rules[i]
		if r.Path != "" && !samePath(r.Path, p) || r.Glob != "" && (p == FileName || !glob.Match(r.Glob, p)) {
			continue
		}
		s.used[i] = true
		if first == nil {
			first = r
		}
	}
	return first, first != nil
}

// samePath compares in normal form: some file systems give back another one
// than was typed.
func samePath(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := standard.NormalPath(a)
	y, errY := standard.NormalPath(b)
	return errX == nil && errY == nil && x == y
}

func hidden(p string) bool {
	return strings.HasPrefix(p, ".") || strings.Contains(p, "/.")
}

func (s *scan) checkRules(found []foundFile) {
	for i, r := range s.rules {
		if s.used[i] {
			continue
		}
		switch {
		case r.Glob != "":
			s.report(&s.rules[i], r.Glob, "glob %q names no file", r.Glob)
		case isFolder(r.Path, found):
			s.report(&s.rules[i], r.Path, "path %q is a folder; for its files write glob: %s/**", r.Path, r.Path)
		default:
			s.report(&s.rules[i], r.Path, "path %q does not exist", r.Path)
		}
	}
}

func isFolder(p string, found []foundFile) bool {
	for _, f := range found {
		if strings.HasPrefix(f.path, p+"/") {
			return true
		}
	}
	return false
}

func (s *scan) checkPaths() {
	paths := make([]string, len(s.entries))
	for i, e := range s.entries {
		paths[i] = e.File.Path
	}
	for _, p := range standard.CheckPaths(paths) {
		s.report(s.ruleOf[p.Index], paths[p.Index], "%s", plain(p.Err))
	}
}

func (s *scan) report(rule *FileRule, path, format string, args ...any) {
	p := Problem{Field: path, Message: fmt.Sprintf(format, args...)}
	if rule != nil {
		p.Line, p.Column, p.Field = rule.Line, 1, "files"
	}
	s.problems = append(s.problems, p)
}

// describe sets media type and role.
func (s *scan) describe(e *FileEntry, rule *FileRule) error {
	if rule != nil {
		e.File.MediaType, e.File.Role = rule.MediaType, rule.Role
	}
	if e.File.MediaType == "" {
		head, err := readHead(s.fsys, e.Source)
		if err != nil {
			return fmt.Errorf("reading %q: %w", e.Source, err)
		}
		e.File.MediaType = MediaType(e.File.Path, head)
	}
	if e.File.Role == standard.RoleUnspecified {
		e.File.Role = roleOf(e.File.Path, e.File.MediaType)
	}
	return nil
}

func readHead(fsys fs.FS, p string) ([]byte, error) {
	f, err := fsys.Open(p)
	if err != nil {
		return nil, err
	}
	head, err := io.ReadAll(io.LimitReader(f, sniffBytes))
	return head, errors.Join(err, f.Close())
}
