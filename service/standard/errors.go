package standard

import (
	"errors"
	"unicode/utf8"
)

// The sentinel errors of the domain. They are wrapped with what, where and
// what to do.
var (
	// ErrMalformed: the text is not of the form asked for.
	ErrMalformed = errors.New("malformed")
	// ErrNoRange: the scheme has no ranges.
	ErrNoRange = errors.New("no ranges in this version scheme")
	// ErrLifecycle: the step is not allowed from where the version stands.
	ErrLifecycle = errors.New("step not allowed")
)

// clip bounds text that is quoted in an error.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
