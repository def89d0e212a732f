package rpc

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/service/standard"
)

// violation is what is wrong with one field of a request.
type violation struct {
	field       string // path, such as "version.relations[2].target"
	description string // what is wrong and what is wanted
}

// fields collects everything that is wrong with a request.
type fields struct {
	found []violation
}

func (f *fields) add(field, format string, args ...any) {
	f.found = append(f.found, violation{field, fmt.Sprintf(format, args...)})
}

// err is nil where nothing is wrong.
func (f *fields) err() error {
	if len(f.found) == 0 {
		return nil
	}
	return &badRequestError{f.found}
}

// badRequestError is a request that can't be understood.
type badRequestError struct {
	violations []violation
}

// Error names every field.
func (e *badRequestError) Error() string {
	parts := make([]string, len(e.violations))
	for i, v := range e.violations {
		parts[i] = v.field + ": " + v.description
	}
	return strings.Join(parts, "; ")
}

// parsed reads a field with a parser of the domain.
func parsed[T any](f *fields, field, text string, parse func(string) (T, error)) T {
	v, err := parse(text)
	if err != nil {
		f.add(field, "%s", reason(err))
	}
	return v
}

// optional is parsed for a field that may be empty.
func optional[T any](f *fields, field, text string, parse func(string) (T, error)) (zero T) {
	if text == "" {
		return zero
	}
	return parsed(f, field, text, parse)
}

// reason is a domain error without the sentinel's word in front of it.
func reason(err error) string {
	if errors.Is(err, standard.ErrMalformed) {
		return strings.Replace(err.Error(), standard.ErrMalformed.Error()+": ", "", 1)
	}
	return err.Error()
}

// moment reads a timestamp; unset is the zero time.
func moment(f *fields, field string, t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	if err := t.CheckValid(); err != nil {
		f.add(field, "is no valid time: %v", err)
		return time.Time{}
	}
	return t.AsTime()
}

// stamp is the timestamp of a moment; unset for the zero time.
func stamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// indexed is the path of an element of a list.
func indexed(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
