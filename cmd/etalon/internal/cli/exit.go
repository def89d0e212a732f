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
	"google.golang.org/protobuf/proto"

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

// errUnread ends a command with code 3 after it has said which documents can't
// be read.
var errUnread = errors.New("documents can't be read")

// refused is an error of code 1: something in the input has to be mended.
type refused struct{ err error }

func (e refused) Error() string { return e.err.Error() }
func (e refused) Unwrap() error { return e.err }

// failed prints an error, one line a cause, and returns the exit code.
func failed(w io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	for _, part := range unsaid(err) {
		for line := range strings.SplitSeq(explain(part), "\n") {
			if line != "" {
				fmt.Fprintln(w, "etalon: "+visible(line))
			}
		}
	}
	return exitCode(err)
}

// unsaid are the errors that were joined, without those that end a command
// which has said everything.
func unsaid(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what wraps a join has words of its own
		var all []error
		var text []string
		for _, e := range joined.Unwrap() {
			all = append(all, unsaid(e)...)
			text = append(text, e.Error())
		}
		if strings.Join(text, "\n") == err.Error() {
			return all
		}
	}
	if errors.Is(err, errFindings) || errors.Is(err, errUnread) {
		return nil
	}
	return []error{err}
}

func exitCode(err error) int {
	var u usageError
	var f *client.Failed
	var r refused
	switch {
	case errors.As(err, &u), errors.Is(err, standard.ErrMalformed):
		return exitUsage
	case errors.Is(err, errFindings), errors.As(err, &r), errors.As(err, &f):
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

// explain is an error for people: the server's words and what to do, one line
// a cause.
func explain(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	var f *client.Failed
	if errors.As(err, &f) {
		return verdict(f)
	}
	var s interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &s) {
		return strings.TrimPrefix(err.Error(), standard.ErrMalformed.Error()+": ")
	}
	st := s.GRPCStatus()
	message := plainMessage(st)
	switch st.Code() {
	case codes.Unavailable:
		return unavailable(st, message)
	case codes.DeadlineExceeded:
		return "the registry did not answer in time: try again, or with a longer --timeout"
	case codes.Unauthenticated:
		// What the server says next is for those who write the header.
		message, _, _ = strings.Cut(message, "; give it as")
		return message + "; give --token, --token-file or ETALON_TOKEN"
	case codes.Canceled:
		return "interrupted"
	case codes.Internal, codes.Unknown:
		if d := detail[*errdetails.RequestInfo](st); d != nil {
			message += " (request " + d.GetRequestId() + ")"
		}
	}
	return message
}

// unavailable tells a server that is away from one that says so itself.
func unavailable(st *status.Status, message string) string {
	if detail[*errdetails.ErrorInfo](st) != nil {
		return message
	}
	// gRPC wraps the cause: connection error: desc = "transport: Error while
	// dialing: dial tcp 127.0.0.1:1: connect: connection refused".
	if _, in, ok := strings.Cut(message, `desc = "`); ok {
		message = strings.TrimSuffix(in, `"`)
	}
	for _, wrap := range []string{"transport: ", "Error while dialing: "} {
		message = strings.TrimPrefix(message, wrap)
	}
	return "the registry can't be reached: " + message + "; is it running, and is --server right?"
}

// plainMessage is the server's message on one line, with references where it
// has resource names, and every bad field.
func plainMessage(st *status.Status) string {
	message := st.Message()
	for _, d := range st.Details() {
		if d, ok := d.(*errdetails.ResourceInfo); ok && d.GetResourceName() != "" {
			message = strings.ReplaceAll(message, d.GetResourceName(), reference(d.GetResourceName()))
		}
	}
	for _, v := range detail[*errdetails.BadRequest](st).GetFieldViolations() {
		if !strings.Contains(message, v.GetDescription()) {
			message += "; " + v.GetField() + ": " + v.GetDescription()
		}
	}
	return strings.Join(strings.Fields(message), " ")
}

// detail is the first detail of that type; nil if there is none.
func detail[T proto.Message](st *status.Status) (none T) {
	for _, d := range st.Details() {
		if d, ok := d.(T); ok {
			return d
		}
	}
	return none
}

func trimLine(b []byte) string { return strings.TrimSpace(string(b)) }
