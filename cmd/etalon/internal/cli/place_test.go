package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlace(t *testing.T) {
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, at string) {
		t.Helper()
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		// prepare makes what is there before, below dir.
		prepare func(dir string)
		to      string
		holds   string // the file that holds the text then; empty: none
		kept    string // a symbolic link that is still one then
		err     string // part of the error
	}{
		{name: "new", to: "a.txt", holds: "a.txt"},
		{name: "there", prepare: func(dir string) { write(filepath.Join(dir, "a.txt"), "old", 0o600) }, to: "a.txt", holds: "a.txt"},
		{
			name: "link", to: "link", holds: "real/a.txt", kept: "link",
			prepare: func(dir string) {
				write(filepath.Join(dir, "real/a.txt"), "old", 0o600)
				link("real/a.txt", filepath.Join(dir, "link"))
			},
		},
		{
			name: "link to a link in a linked folder", to: "folder/link", holds: "a.txt", kept: "real/link",
			prepare: func(dir string) {
				write(filepath.Join(dir, "a.txt"), "old", 0o600)
				link("real", filepath.Join(dir, "folder"))
				link("../a.txt", filepath.Join(dir, "real/link"))
			},
		},
		{
			name: "link to nothing yet", to: "link", holds: "real/a.txt", kept: "link",
			prepare: func(dir string) { link("real/a.txt", filepath.Join(dir, "link")) },
		},
		{
			name: "link to itself", to: "link", kept: "link", err: "too many",
			prepare: func(dir string) { link("link", filepath.Join(dir, "link")) },
		},
		{name: "folder", to: "real", err: "no regular file"},
		{
			name: "read-only", to: "a.txt", err: "read-only",
			prepare: func(dir string) { write(filepath.Join(dir, "a.txt"), "old", 0o444) },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
				t.Fatal(err)
			}
			if tt.prepare != nil {
				tt.prepare(dir)
			}
			err := placeBytes(filepath.Join(dir, tt.to), []byte("new"))
			switch {
			case tt.err == "" && err != nil, tt.err != "" && err == nil:
				t.Fatalf("error %v", err)
			case err != nil && !strings.Contains(err.Error(), tt.err):
				t.Errorf("error %q lacks %q", err, tt.err)
			}
			if tt.holds != "" {
				if got, err := os.ReadFile(filepath.Join(dir, tt.holds)); err != nil || string(got) != "new" {
					t.Errorf("%s holds %q, %v", tt.holds, got, err)
				}
			}
			if tt.kept != "" {
				if _, err := os.Readlink(filepath.Join(dir, tt.kept)); err != nil {
					t.Errorf("the link is gone: %v", err)
				}
			}
			left, err := filepath.Glob(filepath.Join(dir, "*", ".etalon-*"))
			if more, _ := filepath.Glob(filepath.Join(dir, ".etalon-*")); err != nil || len(left)+len(more) > 0 {
				t.Errorf("left behind: %v %v, %v", left, more, err)
			}
		})
	}
}

func TestPlaceKeepsWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := place(path, func(f *os.File) error {
		_, err := f.WriteString("half")
		return errors.Join(err, broken)
	})
	if got, readErr := os.ReadFile(path); !errors.Is(err, broken) || readErr != nil || string(got) != "old" {
		t.Errorf("after %v the file holds %q, %v", err, got, readErr)
	}
	if err := placeBytes(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
