package systemtest

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// oddPaths are unusual and fine.
var oddPaths = []string{
	"with space.txt", "$schema.json", "price (net).csv", "LICENSE", "a/b/c/d/e", "100%.txt", "a&b=c?.txt", "#1.txt",
	"-n", "+plus.txt", "it's.txt", `say "hi".txt`, "ÿ/é.txt", "日本語.json", "a;b,c.txt", "~home", "x..y",
}

// TestOddPaths publishes files with odd names by the command line, reads them
// back by gRPC, by the command line and over HTTP, and exports them.
func TestOddPaths(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	s.etalon("authority", "create", "odd", "--title", "Odd")
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	writeFile(t, filepath.Join(dir, "etalon.yaml"), "name: odd/s\ntitle: S\nkind: format\nscheme: numeric\nversion: \"1\"\n")
	for _, p := range oddPaths {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(p)), "content of "+p)
	}
	s.etalon("publish", dir)
	s.etalon("get", "odd/s@1", "--out", out)
	res, err := s.dial().Versions.ListFiles(within(t, 30*time.Second), &etalonv1.ListFilesRequest{Parent: "authorities/odd/standards/s/versions/1"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.GetFiles() {
		got = append(got, f.GetPath())
	}
	for _, p := range oddPaths {
		if !slices.Contains(got, p) {
			t.Errorf("%q is not listed: %q", p, got)
		}
		if b, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(p))); err != nil || string(b) != "content of "+p {
			t.Errorf("%q was written as %q, %v", p, b, err)
		}
		if b := s.etalon("get", "odd/s@1", "--path", p); b != "content of "+p {
			t.Errorf("%q by the command line: %q", p, b)
		}
		if b := getFile(t, s, p); b != "content of "+p {
			t.Errorf("%q over HTTP: %q", p, b)
		}
	}
}

// getFile reads a file of odd/s@1 over HTTP.
func getFile(t *testing.T, s *server, path string) string {
	t.Helper()
	segments := strings.Split(path, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	res, err := http.Get("http://" + s.http + "/v1/authorities/odd/standards/s/versions/1/files/" + strings.Join(segments, "/")) //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("GET %q: %s, %v", path, res.Status, err)
	}
	return b.String()
}

// TestHostilePaths: what could leave a folder, or mean two files on one disk
// and one on another, is refused; every bad path is named.
func TestHostilePaths(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir())
	c, ctx := s.dial(), within(t, time.Minute)
	if err := createAuthority(ctx, c, "hostile"); err != nil {
		t.Fatal(err)
	}
	content := []byte("x")
	digest := standard.DigestOf(content)
	if err := c.Upload(ctx, digest, 1, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		paths []string
		bad   int    // index of the one that is refused
		says  string // in the message
	}{
		{[]string{"fine", "../escape"}, 1, ".."},
		{[]string{"a/../../b"}, 0, ".."},
		{[]string{".."}, 0, ".."},
		{[]string{"./a"}, 0, "."},
		{[]string{"/etc/passwd"}, 0, "absolute"},
		{[]string{"a", "b\x00c"}, 1, "control character"},
		{[]string{"a\nb"}, 0, "control character"},
		{[]string{`a\b`}, 0, "backslash"},
		{[]string{"C:/windows"}, 0, "drive letter"},
		{[]string{""}, 0, "required"},
		{[]string{"a//b"}, 0, "empty segment"},
		{[]string{"a/"}, 0, "empty segment"},
		{[]string{"caf\u00e9.txt", "cafe\u0301.txt"}, 1, "twice"},
		{[]string{"same", "same"}, 1, "twice"},
		{[]string{"Schema.json", "schema.JSON"}, 1, "letter case"},
		{[]string{"STRASSE", "stra\u00dfe"}, 1, "letter case"},
		{[]string{"a", "a/b"}, 1, "is a file"},
	}
	for _, tt := range tests {
		req := &etalonv1.PublishVersionRequest{
			Parent: "authorities/hostile/standards/s", VersionId: "1", Version: &etalonv1.Version{},
			Standard: &etalonv1.Standard{
				Titles: []*etalonv1.Text{{Value: "S"}}, Kind: etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_NUMERIC,
			},
		}
		for _, p := range tt.paths {
			req.Files = append(req.Files, &etalonv1.File{Path: p, SizeBytes: 1, Digest: digest.String()})
		}
		_, err := c.Publishing.PublishVersion(ctx, req)
		field := "files[" + string(rune('0'+tt.bad)) + "].path"
		if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), tt.says) || !names(err, field) {
			t.Errorf("paths %q: %v; want INVALID_ARGUMENT that names %s and says %q", tt.paths, err, field, tt.says)
		}
	}
	if _, err := c.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: "authorities/hostile/standards/s"}); status.Code(err) != codes.NotFound {
		t.Errorf("a refused publication left something: %v", err)
	}
	t.Run("command line", func(t *testing.T) { testHostileFolder(t, s) })
}

// names says whether an error names a field.
func names(err error, field string) bool {
	for _, d := range status.Convert(err).Details() {
		if b, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range b.GetFieldViolations() {
				if v.GetField() == field {
					return true
				}
			}
		}
	}
	return false
}

// testHostileFolder: a folder with such names is refused before anything is
// sent, and so are links that lead out of it.
func testHostileFolder(t *testing.T, s *server) {
	secret := writeFile(t, filepath.Join(t.TempDir(), "secret"), "secret")
	manifest := "name: hostile/s\ntitle: S\nkind: format\nscheme: numeric\nversion: \"1\"\n"
	for name, make := range map[string]func(dir string){
		"letter case": func(dir string) {
			writeFile(t, filepath.Join(dir, "A.txt"), "1")
			writeFile(t, filepath.Join(dir, "a.txt"), "2")
		},
		"twice": func(dir string) {
			writeFile(t, filepath.Join(dir, "\u00e9"), "1")
			writeFile(t, filepath.Join(dir, "e\u0301"), "2")
		},
		"control": func(dir string) { writeFile(t, filepath.Join(dir, "a\nb"), "1") },
		"link":    func(dir string) { writeLink(t, secret, filepath.Join(dir, "inside")) },
	} {
		dir := t.TempDir()
		make(dir)
		writeFile(t, filepath.Join(dir, "etalon.yaml"), manifest)
		out, errs, code := s.try("publish", dir)
		if code != 2 || out != "" || !strings.Contains(errs, name) {
			t.Errorf("%s: code %d, said %q; want code 2 and %q", name, code, errs, name)
		}
	}
}

func writeLink(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}
