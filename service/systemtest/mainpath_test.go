package systemtest

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMainPath publishes every release of the corpus in shuffled order
// through the real programs, restarts the server, gets every byte back,
// resolves, and moves the whole registry to another server and back.
func TestMainPath(t *testing.T) {
	releases := corpusReleases(t)
	seed := rand.Uint64()
	t.Logf("order of publication: seed %d", seed)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(releases), func(i, j int) {
		releases[i], releases[j] = releases[j], releases[i]
	})
	data := t.TempDir()
	s := startServer(t, "--data-dir", data)
	createAuthorities(s, releases)
	for _, r := range releases {
		dir := r.folder(t)
		s.etalon("publish", dir)
		if out := s.etalon("publish", dir); !strings.Contains(out, "already published") {
			t.Errorf("%s: published again: %s", r.ref(), out)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	s.start()
	s.waitReady()
	for _, r := range releases {
		checkBytes(t, s, r)
	}
	t.Run("resolve", func(t *testing.T) { testCorpusResolution(t, s) })
	t.Run("other bytes", func(t *testing.T) { testOtherBytes(t, s, releases[0]) })
	t.Run("move", func(t *testing.T) { testMove(t, s, releases) })
}

func testCorpusResolution(t *testing.T, s *server) {
	s.etalon("tag", "ocp/ocds", "recommended", "1.1.5")
	s.etalon("tag", "ocp/ocds", "old", "1.0.3")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"ocp/ocds"}, "ocp/ocds@1.1.5"},
		{[]string{"ocp/ocds@1.1.4"}, "ocp/ocds@1.1.4"},
		{[]string{"ocp/ocds@^1.0"}, "ocp/ocds@1.1.5"},
		{[]string{"ocp/ocds@~1.0.0"}, "ocp/ocds@1.0.3"},
		{[]string{"ocp/ocds@>=1.0.1,<1.1.2"}, "ocp/ocds@1.1.1"},
		{[]string{"ocp/ocds@1.0"}, "ocp/ocds@1.0.3"},
		{[]string{"ocp/ocds@1.x"}, "ocp/ocds@1.1.5"},
		{[]string{"ocp/ocds@latest"}, "ocp/ocds@1.1.5"},
		{[]string{"ocp/ocds@old"}, "ocp/ocds@1.0.3"},
		{[]string{"ocp/ocds@^1.0", "--as-of", "2018-12-31"}, "ocp/ocds@1.1.3"},
		{[]string{"ocp/ocds@latest", "--as-of", "2016-12-31"}, "ocp/ocds@1.0.2"},
		{[]string{"ocp/ocds@<1", "--as-of", "2015-01-01"}, "ocp/ocds@0.3.3"},
		{[]string{"cncf/opentelemetry-proto@latest"}, "cncf/opentelemetry-proto@1.8.0"},
		{[]string{"cncf/opentelemetry-proto@^0.9"}, "cncf/opentelemetry-proto@0.9.0"},
		{[]string{"cncf/opentelemetry-proto@latest", "--as-of", "2023-06-10"}, "cncf/opentelemetry-proto@0.20.0"},
		{[]string{"cncf/opentelemetry-proto@>=1", "--as-of", "2024-12-31"}, "cncf/opentelemetry-proto@1.5.0"},
		{[]string{"nhs/nhs-pds-api@latest", "--prereleases"}, "nhs/nhs-pds-api@1.3.266-alpha"},
		{[]string{"nhs/nhs-pds-api@latest", "--prereleases", "--as-of", "2022-12-31"}, "nhs/nhs-pds-api@1.2.1634-beta"},
		{[]string{"oai/openapi-jsonschema@latest"}, "oai/openapi-jsonschema@3.2-2025-09-17"},
		{[]string{"oai/openapi-jsonschema", "--as-of", "2022-12-31"}, "oai/openapi-jsonschema@3.1-2022-10-07"},
		{[]string{"google/google-common-protos@2018"}, "google/google-common-protos@2018-07-01"},
		{[]string{"owasp/cyclonedx@1.7"}, "owasp/cyclonedx@1.7"},
	} {
		if got := firstField(s.etalon(append([]string{"resolve"}, test.args...)...)); got != test.want {
			t.Errorf("resolve %s: %s, want %s", strings.Join(test.args, " "), got, test.want)
		}
	}
	for _, test := range []struct {
		args []string
		want string // part of what is said on stderr
	}{
		{[]string{"nhs/nhs-pds-api@latest"}, "pre-release"},
		{[]string{"nhs/nhs-pds-api"}, "nhs/nhs-pds-api@1.3.266-alpha"},
		{[]string{"ocp/ocds@2.0.0"}, "did you mean"},
		{[]string{"ocp/ocd"}, "ocp/ocds"},
		{[]string{"ocp/ocds@latest", "--as-of", "2010-01-01"}, "2010-01-01"},
		{[]string{"oai/openapi-jsonschema@^3.1"}, "range"},
	} {
		_, errs, code := s.try(append([]string{"resolve"}, test.args...)...)
		if code != 1 && code != 2 || !strings.Contains(errs, test.want) {
			t.Errorf("resolve %s: code %d, said %q; want %q in it", strings.Join(test.args, " "), code, errs, test.want)
		}
	}
}

// testOtherBytes: the same version with other bytes is refused with both
// digests, and nothing is lost.
func testOtherBytes(t *testing.T, s *server, r *corpusRelease) {
	dir := r.folder(t)
	path := filepath.Join(dir, filepath.FromSlash(r.Files[0].Path))
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := s.etalon("show", r.ref(), "-o", "json")
	_, errs, code := s.try("publish", dir)
	if code != 1 || strings.Count(errs, "sha256:") < 2 {
		t.Errorf("code %d, said %q; want code 1 and both digests", code, errs)
	}
	if after := s.etalon("show", r.ref(), "-o", "json"); after != before {
		t.Errorf("the version changed:\n%s\n%s", before, after)
	}
}

// testMove: an export goes into an empty registry, which exports the same.
func testMove(t *testing.T, s *server, releases []*corpusRelease) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first.tar"), filepath.Join(dir, "second.tar")
	s.etalon("export", first)
	to := startServer(t, "--data-dir", t.TempDir())
	to.etalon("import", first)
	to.etalon("export", second)
	a, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("the exports differ: %d and %d bytes", len(a), len(b))
	}
	for _, r := range releases[:10] {
		checkBytes(t, to, r)
	}
	if _, errs, code := to.try("import", first); code == 0 || !strings.Contains(errs, "empty") {
		t.Errorf("a second import: code %d, said %q", code, errs)
	}
}
