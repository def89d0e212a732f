package corpora

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFolder(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "specs", "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(Variable, root)
	if got, want := Folder(t, "specs", "docs"), filepath.Join(root, "specs", "docs"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Run("absent", func(t *testing.T) {
		defer func() {
			if !t.Skipped() {
				t.Error("a corpus that is absent skips no test")
			}
		}()
		Folder(t, "standards")
	})
}

func TestRootIsNextToTheRepository(t *testing.T) {
	t.Setenv(Variable, "")
	got, err := root()
	if err != nil {
		t.Fatal(err)
	}
	want, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "corpora"))
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Chdir(t.TempDir())
	if dir, err := root(); err == nil {
		t.Errorf("got %s in a folder of no module", dir)
	}
}
