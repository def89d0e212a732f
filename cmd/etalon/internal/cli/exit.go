package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	"github.com/etalon-registry/etalon/service/standard"
)

// The exit codes, which are part of the contract.
const (
	exitFine     = 0
	exitFindings = 1 // not found, or findings
	exitUsage    = 2
	exitServer   = 3 // server or I/O
)

// usageError is a command that was given wrongly.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usage(cmd *cobra.Command, err error) error {
	return usageError{fmt.Errorf("%w; see '%s --help'", err, cmd.CommandPath())}
}

// errFindings ends a command with code 1 after it has said everything.
var errFindings = errors.New("findings")

// report prints an error, one line a cause, and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	code := exitCode(err)
	if errors.Is(err, errFindings) {
		return code
	}
	for line := range strings.SplitSeq(explain(err), "\n") {
		if line != "" {
			fmt.Fprintln(w, "etalon: "+line)
		}
	}
	return code
}

func exitCode(err error) int {
	var u usageError
	var f *client.Failed
	switch {
	case errors.As(err, &u), errors.Is(err, standard.ErrMalformed):
		return exitUsage
	case errors.Is(err, errFindings), errors.As(err, &f):
		return exitFindings
	}
	if strings.HasPrefix(err.Error(), "unknown command") {
		return exitUsage // cobra has no value for it
	}
	switch grpcCode(err) {
	case codes.NotFound, codes.AlreadyExists, codes.FailedPrecondition, codes.Aborted:
		return exitFindings
	case codes.InvalidArgument, codes.OutOfRange:
		return exitUsage
	}
	return exitServer
}

// grpcCode is the code of the status in err's chain; OK if there is none.
func grpcCode(err error) codes.Code {
	var s interface{ GRPCStatus() *status.Status }
	if errors.As(err, &s) {
		return s.GRPCStatus().Code()
	}
	return codes.OK
}

// explain is an error for people: the server's words, every bad field, and
// what to do.
func explain(err error) string {
	var f *client.Failed
	if errors.As(err, &f) {
		return f.Error() + candidates(f.Failure)
	}
	var s interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &s) {
		return err.Error()
	}
	st := s.GRPCStatus()
	lines := []string{st.Message()}
	switch st.Code() {
	case codes.Unavailable:
		lines[0] = "the registry can't be reached: " + st.Message() + "; is it running, and is --server right?"
	case codes.DeadlineExceeded:
		lines[0] = "the registry did not answer in time: " + st.Message() + "; try again, or with a longer --timeout"
	case codes.Unauthenticated:
		lines[0] = st.Message() + "; give --token, --token-file or ETALON_TOKEN"
	case codes.Canceled:
		if errors.Is(err, context.Canceled) {
			lines[0] = "interrupted"
		}
	}
	request := ""
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.BadRequest:
			for _, v := range d.GetFieldViolations() {
				lines = append(lines, "  "+v.GetField()+": "+v.GetDescription())
			}
		case *errdetails.RequestInfo:
			request = d.GetRequestId()
		}
	}
	if request != "" && (st.Code() == codes.Internal || st.Code() == codes.Unknown) {
		lines[0] += " (request " + request + ")"
	}
	return strings.Join(lines, "\n")
}

func trimLine(b []byte) string { return strings.TrimSpace(string(b)) }
