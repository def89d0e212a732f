package check

import (
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// maxConfigBytes bounds a configuration.
const maxConfigBytes = 1 << 20

// ConfigProblem is one thing that is wrong with a configuration.
type ConfigProblem = strictyaml.Problem

// ConfigProblems is every problem of a configuration, in the order of the
// file. It wraps ErrConfig.
type ConfigProblems []ConfigProblem

// Error has one problem a line.
func (ps ConfigProblems) Error() string { return strictyaml.Text(ps) }

// Unwrap makes errors.Is(err, ErrConfig) hold.
func (ps ConfigProblems) Unwrap() error { return ErrConfig }

// configReader reads a configuration.
type configReader struct{ strictyaml.Reader }

type configNode = strictyaml.Node

func newConfigReader() *configReader {
	return &configReader{strictyaml.Reader{Form: strictyaml.Form{
		Name:     "the file",
		MaxBytes: maxConfigBytes,
		Mapping:  "a mapping",
		Brief:    true,
	}}}
}

func (r *configReader) err() error {
	if problems := r.Problems(); len(problems) > 0 {
		return ConfigProblems(problems)
	}
	return nil
}
