// Package protodeps writes the .proto files that the contract imports.
//
// It owns one fact: which foreign files the contract may import. It takes them
// from the descriptors that the linked Go modules carry, so they are the very
// versions that the server runs with, and nothing foreign is committed. It
// refuses to know the contract itself, buf, or where the files are used.
package protodeps

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// The modules whose files the contract may import.
	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	_ "github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv3/options"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/api/visibility"
	_ "google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
)

// builtin is the prefix of the files that buf and protoc bring along.
const builtin = "google/protobuf/"

// Write replaces the folder dir by the importable files, each at its import
// path below dir. It returns the import paths, sorted. On an error the folder
// is left incomplete.
func Write(dir string) ([]string, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("protodeps: clear %s: %w", dir, err)
	}
	printer := protoprint.Printer{SortElements: true}
	var paths []string
	for _, file := range importable() {
		if err := write(&printer, dir, file); err != nil {
			return nil, err
		}
		paths = append(paths, file.Path())
	}
	return paths, nil
}

// importable lists the linked files but the built-in ones, sorted by path.
func importable() []protoreflect.FileDescriptor {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(file.Path(), builtin) {
			files = append(files, file)
		}
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int {
		return strings.Compare(a.Path(), b.Path())
	})
	return files
}

func write(printer *protoprint.Printer, dir string, file protoreflect.FileDescriptor) error {
	text, err := printer.PrintProtoToString(file)
	if err != nil {
		return fmt.Errorf("protodeps: print %s: %w", file.Path(), err)
	}
	target := filepath.Join(dir, filepath.FromSlash(file.Path()))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("protodeps: %w", err)
	}
	if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
		return fmt.Errorf("protodeps: %w", err)
	}
	return nil
}
