package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
)

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line, Column int    // from 1; 0: the file as a whole
	Field        string // such as "relations[2].type"; may be empty
	Message      string // what is wrong and what to do
}

// String is the problem in one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	return b.String() + p.Message
}

// Problems is the error of Parse, ParseCatalogue and Scan: every problem
// found, in the order of the file. It wraps standard.ErrMalformed.
type Problems []Problem

// Error has one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is(err, standard.ErrMalformed) hold.
func (ps Problems) Unwrap() error { return standard.ErrMalformed }

// err is nil where there are no problems.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ps
}

// plain is the message of an error of package standard without the sentinel
// in front, which says nothing new in a list of problems.
func plain(err error) string {
	return strings.TrimPrefix(err.Error(), standard.ErrMalformed.Error()+": ")
}
