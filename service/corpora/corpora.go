// Package corpora owns where tests find the real standards and specifications
// that they read, which are no part of the repository. It knows nothing of
// what they hold, and is for tests alone.
package corpora

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Variable names the folder of all corpora; without it they are looked for in
// shared/corpora next to the repository.
const Variable = "ETALON_CORPORA"

// Folder is the folder of one corpus, such as "specs", or of a part of it. The
// test is skipped where it is absent.
func Folder(t testing.TB, path ...string) string {
	t.Helper()
	root, err := root()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(append([]string{root}, path...)...)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		t.Skipf("no corpus at %s; set %s to the folder that holds %s", folder, Variable, filepath.Join(path...))
	}
	return folder
}

func root() (string, error) {
	if dir := os.Getenv(Variable); dir != "" {
		return dir, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		above := filepath.Dir(dir)
		switch {
		case err == nil:
			return filepath.Join(above, "shared", "corpora"), nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		case above == dir:
			return "", fmt.Errorf("no go.mod in this folder or above it; set %s", Variable)
		}
		dir = above
	}
}
