// Package workspace finds the repository's root and prepares buf in it.
//
// It owns where the pinned tools are built (bin/tools) and where the imports of
// the contract are written. It refuses to know what buf is then asked to do.
package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/etalon-registry/etalon/tools/protodeps"
)

// pinned are the packages of buf and of the plugins that buf.gen.yaml names, at
// the versions of tools/go.mod.
var pinned = []string{
	"github.com/bufbuild/buf/cmd/buf",
	"google.golang.org/protobuf/cmd/protoc-gen-go",
	"google.golang.org/grpc/cmd/protoc-gen-go-grpc",
	"github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-grpc-gateway",
	"github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv3",
}

// Workspace is a repository whose buf is ready to run.
type Workspace struct {
	Root string // absolute path of the folder that holds buf.yaml
}

// Open finds the root above the working directory, builds the pinned tools
// there and writes the contract's imports. Nothing is downloaded beyond the
// modules that tools/go.mod pins.
func Open(ctx context.Context) (Workspace, error) {
	root, err := findRoot()
	if err != nil {
		return Workspace{}, err
	}
	w := Workspace{Root: root}
	build := append([]string{"build", "-o", filepath.Join(root, "bin", "tools") + "/"}, pinned...)
	if err := w.run(ctx, filepath.Join(root, "tools"), "go", build...); err != nil {
		return Workspace{}, fmt.Errorf("build the pinned tools: %w", err)
	}
	if _, err := protodeps.Write(w.Imports()); err != nil {
		return Workspace{}, err
	}
	return w, nil
}

// Imports is the folder that the contract's imports are written to.
func (w Workspace) Imports() string {
	return filepath.Join(w.Root, "tools", "protodeps", "out")
}

// Buf runs buf in dir. What it prints goes to this process's output. The error
// is an *exec.ExitError where buf ran and said no.
func (w Workspace) Buf(ctx context.Context, dir string, args ...string) error {
	return w.run(ctx, dir, filepath.Join(w.Root, "bin", "tools", "buf"), args...)
}

func (w Workspace) run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "buf.yaml"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no buf.yaml in this folder or above it")
		}
		dir = parent
	}
}
