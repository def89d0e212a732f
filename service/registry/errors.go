package registry

import (
	"errors"
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
)

// The sentinel errors of the use cases. Those of the packages standard
// (ErrLifecycle, ErrMalformed) and store (ErrUnavailable, ErrNoSpace, ...) are
// passed through, wrapped.
var (
	// ErrNotFound: what the request is about is not there. NotFoundError
	// says what that is.
	ErrNotFound = errors.New("not found")
	// ErrEtag: the record changed since the caller read it.
	ErrEtag = errors.New("changed in the meantime")
	// ErrFuture: the revision asked for does not exist yet.
	ErrFuture = errors.New("revision lies in the future")
	// ErrBusy: too many writes are waiting. Try again.
	ErrBusy = errors.New("too many writes are waiting")
	// ErrClosed: the registry is shutting down.
	ErrClosed = errors.New("registry is shutting down")
	// ErrBadArchive: an archive can't be imported; the text says why.
	ErrBadArchive = errors.New("bad archive")
)

// Violation is one thing that is wrong with a request.
type Violation struct {
	// Field is a path into the request as the public contract spells it, such
	// as "version.release_date" or "files[2].path"; empty: the whole request.
	Field string
	// Problem is one plain clause: what is wrong and what to do.
	Problem string
	// Err is the cause, where there is one: a *LimitError, or one that wraps
	// standard.ErrMalformed; may be nil.
	Err error
}

// InvalidError says everything that is wrong with a request.
type InvalidError struct {
	Violations []Violation
}

// mostInText bounds the violations that the text of an error lists. The error
// itself has them all.
const mostInText = 20

// Error lists the violations, the first ones where there are many.
func (e *InvalidError) Error() string {
	var b strings.Builder
	for i, v := range e.Violations {
		if i > 0 {
			b.WriteString("; ")
		}
		if i == mostInText {
			fmt.Fprintf(&b, "and %d more", len(e.Violations)-i)
			break
		}
		if v.Field != "" {
			b.WriteString(v.Field)
			b.WriteString(": ")
		}
		b.WriteString(v.Problem)
	}
	return b.String()
}

// Unwrap gives the causes, so that errors.As finds a *LimitError.
func (e *InvalidError) Unwrap() []error {
	var errs []error
	for _, v := range e.Violations {
		if v.Err != nil {
			errs = append(errs, v.Err)
		}
	}
	return errs
}

// NotFoundError names what is not there. It wraps ErrNotFound.
type NotFoundError struct {
	Resource string   // resource name, designation or digest
	Others   []string // further ones, where several were asked for
	Hint     string   // what to do about it; empty: nothing in particular
}

// Error names what is not there, and what to do.
func (e *NotFoundError) Error() string {
	const few = 20
	all := append([]string{e.Resource}, e.Others...)
	if len(all) > few {
		all = append(all[:few:few], fmt.Sprintf("%d more", len(all)-few))
	}
	text := strings.Join(all[:len(all)-1], ", ")
	if text != "" {
		text += " and "
	}
	text += all[len(all)-1] + " not found"
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Unwrap gives ErrNotFound.
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// ExistsError says that there is something else of that name already.
type ExistsError struct {
	Resource string // resource name of what is there
	// Have is the digest of what is there, Want that of what was sent; both
	// are zero where it is not a version.
	Have, Want standard.Digest
}

// Error names the resource, and the digests if there are any.
func (e *ExistsError) Error() string {
	if e.Have.IsZero() {
		return e.Resource + " exists already"
	}
	return fmt.Sprintf("%s is published with other content: it has %s, yours has %s", e.Resource, e.Have, e.Want)
}

// ConflictError says who holds what was asked for: a designation, a prefix, a
// sequence number, or a version that counts as the same.
type ConflictError struct {
	Field  string // as in Violation
	What   string // "designation ISO 8601-1:2019", "prefix BS EN", "version 1.1.0"
	Holder string // resource name of the holder
	Hint   string // what to do; may be empty
}

// Error names what is held and by whom.
func (e *ConflictError) Error() string {
	s := fmt.Sprintf("%s is held by %s", e.What, e.Holder)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// MissingBlobsError names the blobs that have to be uploaded first, in the
// order of the files.
type MissingBlobsError struct {
	Digests []standard.Digest
}

// Error names the first few.
func (e *MissingBlobsError) Error() string {
	const few = 3
	var b strings.Builder
	for i, d := range e.Digests {
		if i == few {
			fmt.Fprintf(&b, " and %d more", len(e.Digests)-few)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.String())
	}
	return "content not uploaded: " + b.String()
}

// LimitError says that a limit is exceeded, which, and by how much.
type LimitError struct {
	Limit string // as in Limits.Map
	Max   int64
	Value int64  // what was asked for
	Field string // as in Violation; may be empty
}

// Error gives the limit and the value.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%d is above the limit %s of %d", e.Value, e.Limit, e.Max)
}

// FutureError says how far the registry is. It wraps ErrFuture.
type FutureError struct {
	Asked, Newest standard.Revision
}

// Error gives both revisions.
func (e *FutureError) Error() string {
	return fmt.Sprintf("revision %d lies in the future: the newest is %d", e.Asked, e.Newest)
}

// Unwrap gives ErrFuture.
func (e *FutureError) Unwrap() error { return ErrFuture }

// violations collects what is wrong with a request.
type violations []Violation

func (v *violations) add(field, format string, args ...any) {
	*v = append(*v, Violation{Field: field, Problem: fmt.Sprintf(format, args...)})
}

// cause adds an error as it is, if there is one.
func (v *violations) cause(field string, err error) {
	if err != nil {
		*v = append(*v, Violation{Field: field, Problem: err.Error(), Err: err})
	}
}

// limit adds a *LimitError if value is above most.
func (v *violations) limit(field, name string, value, most int64) bool {
	if value <= most {
		return false
	}
	v.cause(field, &LimitError{Limit: name, Max: most, Value: value, Field: field})
	return true
}

func (v violations) err() error {
	if len(v) == 0 {
		return nil
	}
	return &InvalidError{Violations: v}
}
