package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

// tree makes files below a new folder, which is the working one then. What
// ends in "/" is a folder that can't be read.
func tree(t *testing.T, files ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("ISO 9001:2015\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExpand(t *testing.T) {
	tree(t, "a.md", "-", "Annex [A].md", "docs/b.md", "docs/c.bin", "docs/deep/d.md", "docs/.hidden/e.md", "docs/.f.md", "skip/g.md")
	for link, to := range map[string]string{"link": "docs", "docs/loop.md": ".", "docs/deep/up": "..", "h.md": "docs/b.md"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	cfg := check.Config{Ignore: []string{"skip/**"}}
	for _, tt := range []struct {
		args []string
		want []string // nil: an error
	}{
		{[]string{"a.md", "./a.md", "docs/../a.md"}, []string{"a.md"}},
		{[]string{"-", "-"}, []string{"-"}},
		{[]string{"./-", "-"}, []string{"./-", "-"}},
		{[]string{"Annex [A].md"}, []string{"Annex [A].md"}},
		{[]string{"docs"}, []string{"docs/b.md", "docs/deep/d.md"}},
		{[]string{"docs/"}, []string{"docs/b.md", "docs/deep/d.md"}},
		{[]string{"link"}, []string{"link/b.md", "link/deep/d.md"}},
		{[]string{"link/*.md"}, []string{"link/b.md"}},
		{[]string{"*.md"}, []string{"Annex [A].md", "a.md", "h.md"}},
		{[]string{"./docs//*.md", "docs/./b.*"}, []string{"docs/b.md"}},
		{[]string{"docs/**/*.md"}, []string{"docs/b.md", "docs/deep/d.md"}},
		{[]string{"docs/.hidden/*.md"}, []string{"docs/.hidden/e.md"}},
		{[]string{"skip/g.md"}, []string{"skip/g.md"}},
		{[]string{"skip"}, nil},
		{[]string{"skip/*.md"}, nil},
		{[]string{"absent/*.md"}, nil},
		{[]string{"absent.md"}, nil},
		{[]string{"a[.md"}, nil},
	} {
		got, err := expand(tt.args, cfg)
		if (err != nil) != (tt.want == nil) {
			t.Errorf("expand(%q): error %v", tt.args, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("expand(%q) (-want +got):\n%s", tt.args, diff)
		}
	}
}

// A glob without "**" leaves folders alone that it does not lead to.
func TestExpandReadsNoFolderInVain(t *testing.T) {
	tree(t, "a.md", "docs/b.md", "locked/c.md")
	if err := os.Chmod("locked", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadDir("locked"); err == nil {
		t.Skip("this user may read every folder")
	}
	for _, pattern := range []string{"*.md", "d*/*.md"} {
		if got, err := expand([]string{pattern}, check.Config{}); err != nil || len(got) != 1 {
			t.Errorf("expand(%q) = %q, %v", pattern, got, err)
		}
	}
	if _, err := expand([]string{"**/*.md"}, check.Config{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a folder that can't be read gives %v", err)
	}
}

// Who interrupts a command that waits for its standard input gets the prompt
// back.
func TestReadEndsWithItsContext(t *testing.T) {
	silent, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	a := &app{Streams: Streams{In: reading{silent, cancel}, Err: io.Discard}}
	_, err := a.read(ctx, &specs{stdinName: stdin}, []string{stdin}, check.Config{})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	var said bytes.Buffer
	if code := failed(&said, err); code != exitServer || said.String() != "etalon: interrupted\n" {
		t.Errorf("code %d, %q", code, &said)
	}
}

// reading interrupts as soon as it is read from, and then waits.
type reading struct {
	io.Reader
	interrupt func()
}

func (r reading) Read(p []byte) (int, error) {
	r.interrupt()
	return r.Reader.Read(p)
}

// What went wrong is said, also where all else has been said already.
func TestFailedHidesNothing(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code int
		want []string
	}{
		{errFindings, exitFindings, nil},
		{errUnread, exitServer, nil},
		{errors.Join(errors.New("disk full"), errUnread), exitServer, []string{"etalon: disk full"}},
		{errors.New("\x1b[31mred\r\u202e.md: absent"), exitServer, []string{`etalon: \x1b[31mred\r\u202e.md: absent`}},
		{errors.Join(errors.New("broken pipe"), errFindings), exitFindings, []string{"etalon: broken pipe"}},
		{errors.Join(errors.Join(errors.New("one"), nil), errors.New("two")), exitServer, []string{"etalon: one", "etalon: two"}},
	} {
		var b bytes.Buffer
		code := failed(&b, tt.err)
		got := slices.DeleteFunc(bytes.Split(b.Bytes(), []byte("\n")), func(l []byte) bool { return len(l) == 0 })
		var lines []string
		for _, l := range got {
			lines = append(lines, string(l))
		}
		if diff := cmp.Diff(tt.want, lines); diff != "" || code != tt.code {
			t.Errorf("%q: code %d, want %d; %s", tt.err, code, tt.code, diff)
		}
	}
}

// The names of documents come from whoever sent them.
func TestNamesOfDocumentsPassForNothingElse(t *testing.T) {
	const name = "a\n::error::\x1b[31m.md"
	tree(t, name)
	doc, err := document.ReadFile(context.Background(), name, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	a := &app{Streams: Streams{Out: &out, Err: &talk}}
	rep := check.Report{Document: doc, Findings: []check.Finding{
		{Citation: -1, Text: "ISO", Start: 0, End: 3, Replacement: "BS ISO", Safe: true},
		{Citation: -1, Text: "\x1b[31m", Replacement: "ISO", Safe: true},
	}}
	if n, err := a.mend(&fixing{}, rep); n != 1 || err != nil {
		t.Fatalf("%d replacements, %v", n, err)
	}
	if _, err := a.reports(nil, []*specification{{name: name, err: errors.New(name + ": broken")}}, nil, check.Options{}); !errors.Is(err, errUnread) {
		t.Fatal(err)
	}
	if want := `a\n::error::\x1b[31m.md: 1 replacement` + "\n"; out.String() != want {
		t.Errorf("printed %q, want %q", &out, want)
	}
	for line := range bytes.Lines(talk.Bytes()) {
		if !bytes.HasPrefix(line, []byte("etalon: ")) || bytes.ContainsRune(line, '\x1b') {
			t.Errorf("said %q", line)
		}
	}
	if n := bytes.Count(talk.Bytes(), []byte("\n")); n != 2 {
		t.Errorf("%d lines: %q", n, &talk)
	}
}
