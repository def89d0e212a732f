package lockfile

import (
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// Problem is one thing that is wrong with a lock. Its Field is empty: entries
// may lie anyhow, so that the line says more than a number in a list.
type Problem = strictyaml.Problem

// Problems is the error of Parse: every problem found, in the order of the
// file. It wraps standard.ErrMalformed.
type Problems []Problem

// Error has one problem a line.
func (ps Problems) Error() string { return strictyaml.Text(ps) }

// Unwrap makes errors.Is(err, standard.ErrMalformed) hold.
func (ps Problems) Unwrap() error { return standard.ErrMalformed }
