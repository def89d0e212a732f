package systemtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/corpora"
)

// specifications are the real documents of the corpus, or the test is skipped
// where it is absent.
func specifications(t testing.TB) []string {
	t.Helper()
	folder := corpora.Folder(t, "specs", "docs")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, filepath.Join(folder, e.Name()))
	}
	return all
}

// TestSpecifications checks real documents with the starter catalogue: by the
// command line, which asks for facts alone, and by a server that is sent the
// document. They have to agree. Then what they cite is locked, and the lock
// and a bundle of it have to hold without a server.
func TestSpecifications(t *testing.T) {
	docs := specifications(t)
	s := startServer(t, "--dev", "--data-dir", t.TempDir())
	args := append([]string{"check", "--as-of", "2026-01-01", "-o", "json"}, docs...)
	out, errs, code := s.try(args...)
	if code != 1 || errs != "" {
		t.Fatalf("code %d\n%s", code, errs)
	}
	local := reportsOf(t, out)
	if len(local) != len(docs) {
		t.Fatalf("%d reports of %d documents", len(local), len(docs))
	}
	citations, findings := 0, 0
	for i, name := range docs {
		if diff := cmp.Diff(local[i], checkOverHTTP(t, s, name), protocmp.Transform()); diff != "" {
			t.Errorf("%s (-command line +server):\n%s", name, diff)
		}
		citations += len(local[i].GetCitations())
		findings += len(local[i].GetFindings())
	}
	if citations < 100 || findings < 50 {
		t.Errorf("%d citations and %d findings in %d documents", citations, findings, len(docs))
	}
	lockAndBundle(t, s, docs)
}

// lockAndBundle goes on when the server is gone.
func lockAndBundle(t *testing.T, s *server, docs []string) {
	t.Helper()
	dir := t.TempDir()
	lock, bundle := filepath.Join(dir, "standards.lock"), filepath.Join(dir, "standards.bundle")
	s.etalon(append([]string{"lock", "--as-of", "2026-01-01", "--allow-unresolved", "--lock", lock}, docs...)...)
	s.etalon("bundle", "--lock", lock, "--to", bundle)
	onServer := strings.Split(s.etalonAnyway(append([]string{"check", "--as-of", "2026-01-01"}, docs...)...), "\n")
	s.kill()

	offline := s.etalonAnyway(append([]string{"check", "--locked", "--lock", lock, "--as-of", "2026-01-01"}, docs...)...)
	if strings.Contains(offline, "lock-drift") {
		t.Errorf("a fresh lock drifts:\n%s", offline)
	}
	// A bundle says the same of what is locked; what is not in it, it can't
	// know.
	fromBundle := strings.Split(s.etalonAnyway(append([]string{"check", "--bundle", bundle, "--as-of", "2026-01-01"}, docs...)...), "\n")
	if got, want := graveLines(fromBundle), graveLines(onServer); !cmp.Equal(got, want) {
		t.Errorf("superseded, withdrawn and deprecated (-server +bundle):\n%s", cmp.Diff(want, got))
	}
	before, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}
	s.etalon(append([]string{"lock", "--bundle", bundle, "--as-of", "2026-01-01", "--allow-unresolved", "--lock", lock}, docs...)...)
	if after, err := os.ReadFile(lock); err != nil || !bytes.Equal(before, after) {
		t.Errorf("locking from the bundle gives another lock (%v):\n%s", err, cmp.Diff(string(before), string(after)))
	}
}

// etalonAnyway runs a command that may have findings.
func (s *server) etalonAnyway(args ...string) string {
	s.t.Helper()
	out, errs, code := s.try(args...)
	if code > 1 {
		s.t.Fatalf("etalon %s: code %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

// graveLines are the lines of findings about what is no longer in force.
func graveLines(lines []string) []string {
	var out []string
	for _, l := range lines {
		f := strings.Fields(l)
		for _, rule := range []string{"superseded", "withdrawn", "deprecated"} {
			for _, word := range f {
				if word == rule {
					out = append(out, strings.Join(f, " "))
				}
			}
		}
	}
	return out
}

// reportsOf reads the JSON of the command line by the messages of the contract.
func reportsOf(t *testing.T, out string) []*etalonv1.CheckDocumentResponse {
	t.Helper()
	var all struct{ Documents []json.RawMessage }
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	var reports []*etalonv1.CheckDocumentResponse
	for _, d := range all.Documents {
		m := &etalonv1.CheckDocumentResponse{}
		if err := protojson.Unmarshal(d, m); err != nil {
			t.Fatal(err)
		}
		m.Notice = ""
		reports = append(reports, m)
	}
	return reports
}

func checkOverHTTP(t *testing.T, s *server, path string) *etalonv1.CheckDocumentResponse {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	query := url.Values{"name": {filepath.ToSlash(filepath.Clean(path))}, "asOf": {"2026-01-01"}}
	res, err := http.Post("http://"+s.http+"/v1/documents:check?"+query.Encode(), "application/octet-stream", f) //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := &etalonv1.CheckDocumentResponse{}
	if err := protojson.Unmarshal(body, m); err != nil {
		t.Fatalf("%s: %s: %v", path, body, err)
	}
	m.Notice = ""
	return m
}
