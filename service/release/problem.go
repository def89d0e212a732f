package release

import (
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// Problem is one thing that is wrong with a file.
type Problem = strictyaml.Problem

// Problems is the error of Parse, ParseCatalogue and Scan: every problem
// found, in the order of the file. It wraps standard.ErrMalformed.
type Problems []Problem

// Error has one problem a line.
func (ps Problems) Error() string { return strictyaml.Text(ps) }

// Unwrap makes errors.Is(err, standard.ErrMalformed) hold.
func (ps Problems) Unwrap() error { return standard.ErrMalformed }

// err is nil where there are no problems.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// plain is the message of an error of package standard without the sentinel
// in front, which says nothing new in a list of problems.
func plain(err error) string {
	return strings.TrimPrefix(err.Error(), standard.ErrMalformed.Error()+": ")
}
