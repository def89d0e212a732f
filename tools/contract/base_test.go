package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBases(t *testing.T) {
	r := newRepository(t)
	r.commit(t, "before the changelog", map[string]string{"proto/a.proto": "0"})
	r.commit(t, "first", map[string]string{"proto/a.proto": "1", "CHANGELOG.md": "one"})
	r.commit(t, "second", map[string]string{"proto/a.proto": "2"})
	r.commit(t, "other files only", map[string]string{"b": "1"})
	r.commit(t, "there and back", map[string]string{"proto/a.proto": "3"})
	r.commit(t, "head", map[string]string{"proto/a.proto": "2", "CHANGELOG.md": "two"})

	r.want(t, "there and back", "first")

	r.write(t, "proto/a.proto", "4")
	r.want(t, "head", "there and back", "first")
	r.write(t, "proto/a.proto", "2")

	r.run(t, "tag", "v0.1.0", "HEAD~1")
	r.want(t, "there and back")

	r.run(t, "tag", "-a", "-m", "two", "v0.2.0")
	r.want(t, "there and back")

	bases, err := r.bases(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if got := bases[0].changelog; got != "one" {
		t.Errorf("changelog of the base: got %q, want that of its commit", got)
	}
	dir := t.TempDir()
	if err := r.extract(context.Background(), bases[0].commit, dir); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "proto", "a.proto")); err != nil || string(got) != "3" {
		t.Errorf("extracted: got %q, %v, want the base's file", got, err)
	}
}

func TestBasesNeedHistory(t *testing.T) {
	r := newRepository(t)
	r.commit(t, "first", map[string]string{"proto/a.proto": "1", "CHANGELOG.md": "one"})
	r.commit(t, "second", map[string]string{"proto/a.proto": "2"})
	clone := repository(t.TempDir())
	clone.run(t, "clone", "--quiet", "--depth=1", "file://"+string(r), ".")
	if _, err := clone.bases(context.Background()); err == nil || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("got %v, want an error about the shallow clone", err)
	}
}

func TestStable(t *testing.T) {
	r := newRepository(t)
	r.commit(t, "first", map[string]string{"proto/a.proto": "1"})
	for _, step := range []struct {
		tag  string
		want bool
	}{{"v0.9.0", false}, {"v1.0.0", true}} {
		r.run(t, "tag", step.tag)
		if got, err := r.stable(context.Background()); err != nil || got != step.want {
			t.Errorf("after %s: got %v, %v, want %v", step.tag, got, err, step.want)
		}
	}
}

// want checks the subjects of the bases, newest first.
func (r repository) want(t *testing.T, subjects ...string) {
	t.Helper()
	bases, err := r.bases(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range bases {
		_, subject, _ := strings.Cut(b.subject, " ")
		got = append(got, subject)
	}
	if !slices.Equal(got, subjects) {
		t.Errorf("bases: got %q, want %q", got, subjects)
	}
}

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository(t.TempDir())
	r.run(t, "init", "--quiet")
	r.run(t, "config", "user.name", "test")
	r.run(t, "config", "user.email", "test@example.org")
	return r
}

func (r repository) commit(t *testing.T, subject string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		r.write(t, name, content)
	}
	r.run(t, "add", ".")
	r.run(t, "commit", "--quiet", "-m", subject)
}

func (r repository) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(string(r), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (r repository) run(t *testing.T, args ...string) {
	t.Helper()
	if _, err := r.git(context.Background(), args...); err != nil {
		t.Fatal(err)
	}
}
