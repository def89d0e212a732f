package lockfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
)

// Problem is one thing that is wrong with a lock.
type Problem struct {
	Line, Column int    // from 1; 0: the file as a whole
	Message      string // what is wrong and what to do
}

// String is the problem in one line.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.Message)
}

// Problems is the error of Parse: every problem found, in the order of the
// file. It wraps standard.ErrMalformed.
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
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if more := len(ps) - maxProblems; more > 0 {
		ps = append(ps[:maxProblems:maxProblems], Problem{Message: fmt.Sprintf("and %d more problems", more)})
	}
	return ps
}

// plain is the message of an error of package standard without the sentinel
// in front.
func plain(err error) string {
	return strings.TrimPrefix(err.Error(), standard.ErrMalformed.Error()+": ")
}
