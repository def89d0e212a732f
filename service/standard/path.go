package standard

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// DefaultMaxPath is the longest path where no limit is configured, in bytes.
const DefaultMaxPath = 1024

// PathProblem is one path that cannot be taken.
type PathProblem struct {
	Index int // in the list that was checked
	Err   error
}

// CheckPath says whether p can be the path of a file: relative, "/" between
// segments, none of them empty, "." or "..", no backslash, no Windows drive
// letter, no control character, valid UTF-8, at most max bytes (0:
// DefaultMaxPath). Spaces, "$", parentheses and a missing extension are fine.
// p need not be in NFC; see NormalPath. Errors wrap ErrMalformed.
func CheckPath(p string, max int) error {
	if max <= 0 {
		max = DefaultMaxPath
	}
	if len(p) > max {
		return fmt.Errorf("%w: path %q has %d bytes, at most %d are allowed", ErrMalformed, clip(p), len(p), max)
	}
	if err := pathShape(p); err != nil {
		return fmt.Errorf("%w: path %q %w", ErrMalformed, clip(p), err)
	}
	return nil
}

// NormalPath is p in Unicode normalisation form C, as paths are stored. It
// checks what CheckPath does, but for the length. Errors wrap ErrMalformed.
func NormalPath(p string) (string, error) {
	if utf8.ValidString(p) {
		p = norm.NFC.String(p)
	}
	if err := pathShape(p); err != nil {
		return "", fmt.Errorf("%w: path %q %w", ErrMalformed, clip(p), err)
	}
	return p, nil
}

// CheckPaths finds every bad path of a release: those that CheckPath refuses
// with the default limit, those that are equal in NFC to an earlier one, or
// differ from it by letter case only, and files whose path is also a folder.
// The result is in the order of paths; empty: all are fine.
func CheckPaths(paths []string) []PathProblem { return CheckPathsMax(paths, DefaultMaxPath) }

// CheckPathsMax is CheckPaths with a limit of max bytes a path (0:
// DefaultMaxPath).
func CheckPathsMax(paths []string, max int) []PathProblem {
	var problems []PathProblem
	fold := cases.Fold()
	first := make(map[string]int, len(paths)) // folded path -> index
	keys := make([]string, len(paths))        // folded; empty: bad
	for i, p := range paths {
		if err := CheckPath(p, max); err != nil {
			problems = append(problems, PathProblem{i, err})
			continue
		}
		key := foldPath(fold, p)
		if j, taken := first[key]; taken {
			problems = append(problems, PathProblem{i, pathClash(p, paths[j])})
			continue
		}
		first[key], keys[i] = i, key
	}
	return mergeProblems(problems, folderClashes(paths, keys, first))
}

// folderClashes finds the files that lie below another file.
func folderClashes(paths, keys []string, first map[string]int) []PathProblem {
	var problems []PathProblem
	for i, key := range keys {
		for at, c := range []byte(key) {
			if c != '/' {
				continue
			}
			if j, taken := first[key[:at]]; taken {
				err := fmt.Errorf("%w: path %q lies below %q, which is a file", ErrMalformed, clip(paths[i]), clip(paths[j]))
				problems = append(problems, PathProblem{i, err})
				break
			}
		}
	}
	return problems
}

// mergeProblems merges two lists that are ordered by Index and share none.
func mergeProblems(a, b []PathProblem) []PathProblem {
	if len(b) == 0 {
		return a
	}
	out := make([]PathProblem, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].Index < b[0].Index {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func pathClash(p, earlier string) error {
	if norm.NFC.String(p) == norm.NFC.String(earlier) {
		return fmt.Errorf("%w: path %q is there twice", ErrMalformed, clip(p))
	}
	return fmt.Errorf("%w: path %q differs from %q by letter case only; rename one", ErrMalformed, clip(p), clip(earlier))
}

// foldPath removes what a file system may not tell apart. Folding can leave
// normal form, so it is restored after.
func foldPath(fold cases.Caser, p string) string {
	if isASCII(p) {
		return strings.ToLower(p)
	}
	return norm.NFC.String(fold.String(norm.NFC.String(p)))
}

func pathShape(p string) error {
	switch {
	case p == "":
		return errors.New("is empty")
	case !utf8.ValidString(p):
		return errors.New("is not UTF-8")
	case p[0] == '/':
		return errors.New("is absolute; leave out the leading \"/\"")
	case strings.IndexByte(p, '\\') >= 0:
		return errors.New("has a backslash; use \"/\" between folders")
	case len(p) >= 2 && p[1] == ':' && isAlnum(p[0]) && p[0] > '9':
		return errors.New("starts with a drive letter; use a relative path")
	}
	if i := indexControl(p); i >= 0 {
		return fmt.Errorf("has a control character at %d", i+1)
	}
	for seg := range strings.SplitSeq(p, "/") {
		switch seg {
		case "":
			return errors.New("has an empty segment; write single \"/\" between names, none at the end")
		case ".", "..":
			return fmt.Errorf("has the segment %q; use a path within the release", seg)
		}
	}
	return nil
}

// indexControl is the byte index of the first control character, or -1.
func indexControl(s string) int { return strings.IndexFunc(s, unicode.IsControl) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
