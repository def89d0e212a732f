package systemtest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/corpora"
	"github.com/etalon-registry/etalon/service/standard"
)

// corpusStandard says how a standard of the corpus is published: what its
// notes say in prose, as kind and scheme.
type corpusStandard struct {
	authority string
	kind      standard.Kind
	scheme    standard.Scheme
}

var corpusStandards = map[string]corpusStandard{
	"asyncapi-jsonschema":  {"asyncapi", standard.API, standard.Semver},
	"cloudevents":          {"cncf", standard.Format, standard.Numeric},
	"cyclonedx":            {"owasp", standard.Format, standard.Numeric},
	"dcat-us":              {"gsa", standard.Profile, standard.Numeric},
	"dcat-us-3":            {"gsa", standard.Profile, standard.Numeric},
	"frictionless":         {"okf", standard.Format, standard.Numeric},
	"gel-report-models":    {"genomics", standard.Format, standard.Semver},
	"google-common-protos": {"google", standard.API, standard.Date},
	"hsds":                 {"open-referral", standard.Profile, standard.Numeric},
	"nhs-pds-api":          {"nhs", standard.API, standard.Semver},
	"ocds":                 {"ocp", standard.Profile, standard.Semver},
	"odcs":                 {"bitol", standard.Format, standard.Semver},
	"openapi-jsonschema":   {"oai", standard.API, standard.Declared},
	"opentelemetry-proto":  {"cncf", standard.API, standard.Semver},
}

// corpusMeta is what the corpus says of one release.
type corpusMeta struct {
	Standard string       `json:"standard"`
	Title    string       `json:"title"`
	Version  string       `json:"version"`
	Licence  string       `json:"licence"`
	Homepage string       `json:"homepage"`
	Released string       `json:"released"`
	Files    []corpusFile `json:"files"`
}

type corpusFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// corpusRelease is one release, ready to publish.
type corpusRelease struct {
	corpusMeta
	corpusStandard
	dir      string // in the corpus
	sequence int    // its place in the publisher's list, from 1
}

func (r *corpusRelease) name() standard.Name {
	return standard.Name{Authority: standard.AuthorityID(r.authority), Standard: r.Standard}
}

func (r *corpusRelease) ref() string { return r.name().String() + "@" + r.Version }

// corpusReleases reads the corpus, or skips the test where it is absent.
func corpusReleases(t testing.TB) []*corpusRelease {
	t.Helper()
	root := corpora.Folder(t, "standards")
	var all []*corpusRelease
	for name, std := range corpusStandards {
		var list struct{ Versions []struct{ Version string } }
		readJSON(t, filepath.Join(root, name, "standard.json"), &list)
		for i, v := range list.Versions {
			dir := filepath.Join(root, name, v.Version)
			if _, err := os.Stat(dir); err != nil {
				continue // listed by its publisher, not in the corpus
			}
			r := &corpusRelease{corpusStandard: std, dir: dir, sequence: i + 1}
			readJSON(t, filepath.Join(dir, "meta.json"), &r.corpusMeta)
			all = append(all, r)
		}
	}
	if len(all) != 105 {
		t.Fatalf("%d releases in the corpus, want 105", len(all))
	}
	return all
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// folder makes the folder that a publisher would have: the release's files
// and an etalon.yaml.
func (r *corpusRelease) folder(t testing.TB) string {
	t.Helper()
	to := t.TempDir()
	for _, f := range r.Files {
		b, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	manifest := map[string]any{
		"name": r.name().String(), "version": r.Version, "title": r.Title,
		"kind": r.kind.String(), "scheme": r.scheme.String(),
		"licence": r.Licence, "homepage": r.Homepage, "released": r.Released,
	}
	if r.scheme == standard.Declared {
		manifest["sequence"] = r.sequence
	}
	b, err := yaml.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "etalon.yaml"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// createAuthorities makes every authority that the releases need.
func createAuthorities(s *server, releases []*corpusRelease) {
	s.t.Helper()
	done := map[string]bool{}
	for _, r := range releases {
		if !done[r.authority] {
			done[r.authority] = true
			s.etalon("authority", "create", r.authority, "--title", "Authority "+r.authority)
		}
	}
}

// checkBytes gets a release back and compares every file with the corpus.
func checkBytes(t testing.TB, s *server, r *corpusRelease) {
	t.Helper()
	to := t.TempDir()
	s.etalon("get", r.ref(), "--out", to)
	for _, f := range r.Files {
		b, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Error(err)
			continue
		}
		if got, want := standard.DigestOf(b).Hex(), f.SHA256; got != want || int64(len(b)) != f.Size {
			t.Errorf("%s: %s: %d bytes with digest %s, want %d with %s", r.ref(), f.Path, len(b), got, f.Size, want)
		}
	}
	found := 0
	err := filepath.WalkDir(to, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found++
		}
		return err
	})
	if err != nil || found != len(r.Files) {
		t.Errorf("%s: %d files came back, want %d (%v)", r.ref(), found, len(r.Files), err)
	}
}

// firstField is the first word of the second line of a table: the answer.
func firstField(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) < 2 {
		return fmt.Sprintf("no answer in %q", out)
	}
	return strings.Fields(lines[1])[0]
}
