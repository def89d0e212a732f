package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/bundle"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// catalogue fills a registry with standards of some versions each, every one
// with a designation, a step and two files, one of which was redacted.
func catalogue(t testing.TB, standards, versions int) *source {
	t.Helper()
	m := newMemory()
	records := []store.Record{&standard.Authority{ID: "iso", Created: epoch, Revision: 1}}
	gone := m.blob([]byte("gone"))
	m.redacted[gone] = "court order"
	for i := range standards {
		n := standard.Name{Authority: "iso", Standard: fmt.Sprintf("iso-%d", 1000+i)}
		records = append(records, &standard.Standard{
			Name: n, Scheme: standard.Date, Created: epoch, Revision: 2, Titles: []standard.Text{{Language: "en", Value: "Standard about things"}},
			Designations: []string{fmt.Sprintf("ISO %d", 1000+i)},
		})
		records = append(records, claimOn(n, "", fmt.Sprintf("ISO %d", 1000+i)))
		for v := range versions {
			id := standard.VersionID(fmt.Sprint(2001 + v))
			text := fmt.Sprintf("ISO %d:%s", 1000+i, id)
			data := []byte("text of " + text)
			files := []standard.File{
				{Path: "gone.txt", Size: 4, Digest: gone}, {Path: "text.txt", Size: int64(len(data)), Digest: m.blob(data)},
			}
			records = append(records,
				&standard.Version{
					Name: n, ID: id, Digest: m.manifest(n, id, files...), Recorded: epoch, FileCount: 2, Designations: []string{text}, Revision: 3,
					Relations: []standard.Relation{{Type: standard.NormativeReference, Target: fmt.Sprintf("ISO %d", 1001+i), Recorded: epoch}},
				},
				&standard.Step{Name: n, Version: id, Number: 1, Kind: standard.StepDeprecate, Recorded: epoch.Add(time.Hour), Revision: 4},
				claimOn(n, id, text))
		}
	}
	if err := m.write(t.Context(), day(1), records...); err != nil {
		t.Fatal(err)
	}
	s, err := newSource(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.replica.Stop)
	return s
}

func claimOn(n standard.Name, id standard.VersionID, text string) *standard.Designation {
	return &standard.Designation{Key: designation.Key(text), Claims: []standard.Claim{{Text: text, Name: n, Version: id, Owner: true, Recorded: epoch}}}
}

func mustBundle(t testing.TB, s *source, withFiles bool, refs ...string) []byte {
	t.Helper()
	data, err := s.bundle(t.Context(), withFiles, refs...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func serve(t testing.TB, data []byte) *Registry {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.bundle")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestFilesOfNamedVersionsComeAlong(t *testing.T) {
	s := catalogue(t, 3, 2)
	r := serve(t, mustBundle(t, s, true, "iso/iso-1000@2001", "iso/iso-1001"))
	if i := r.Info(); i.Standards != 2 || i.Versions != 4 || !i.Files || i.BaseIRI != "https://standards.example/" {
		t.Errorf("%+v", i)
	}
	blobs := etalonv1.NewBlobServiceClient(r)
	for text, want := range map[string]string{"text of ISO 1000:2001": "OK", "text of ISO 1000:2002": "NotFound", "gone": "FailedPrecondition"} {
		stream, err := blobs.DownloadBlob(t.Context(), &etalonv1.DownloadBlobRequest{Digest: standard.DigestOf([]byte(text)).String()})
		if err != nil {
			t.Fatal(err)
		}
		m, err := stream.Recv()
		if got := status.Code(err).String(); got != want || err == nil && string(m.GetData()) != text {
			t.Errorf("%s: %q, %v, want %s", text, m.GetData(), err, want)
		}
		if want == "NotFound" && !strings.Contains(err.Error(), "not found in this bundle of 2 standards at revision") {
			t.Errorf("%s: %v", text, err)
		}
		for err == nil {
			_, err = stream.Recv()
		}
		if want == "OK" && !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatABundleRefuses(t *testing.T) {
	r := serve(t, mustBundle(t, catalogue(t, 1, 1), false, "iso/iso-1000"))
	ctx := t.Context()
	_, publish := etalonv1.NewPublishingServiceClient(r).PublishVersion(ctx, &etalonv1.PublishVersionRequest{})
	_, drafts := etalonv1.NewPublishingServiceClient(r).ListDrafts(ctx, &etalonv1.ListDraftsRequest{})
	_, watch := etalonv1.NewChangeServiceClient(r).Watch(ctx, &etalonv1.WatchRequest{})
	_, changes := etalonv1.NewChangeServiceClient(r).ListChanges(ctx, &etalonv1.ListChangesRequest{})
	_, export := etalonv1.NewRegistryServiceClient(r).ExportRegistry(ctx, &etalonv1.ExportRegistryRequest{})
	for what, err := range map[string]error{"publish": publish, "drafts": drafts, "watch": watch, "changes": changes, "export": export} {
		if !errors.Is(err, bundle.ErrReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// An answer is its caller's, who may change it: nobody else sees that.
func TestAnswersAreNotShared(t *testing.T) {
	r := serve(t, mustBundle(t, catalogue(t, 1, 1), false, "iso/iso-1000"))
	c := etalonv1.NewResolveServiceClient(r)
	for range 2 {
		res, err := c.Resolve(t.Context(), &etalonv1.ResolveRequest{Ref: "ISO 1000:2001"})
		if err != nil || len(res.GetWarnings()) != 1 || res.GetWarnings()[0].GetCode() != "DEPRECATED" {
			t.Fatalf("%v, %v", res, err)
		}
		res.Warnings[0].Code, res.Ref = "CHANGED", "changed"
	}
}

func TestSearchesAnswerAtOnce(t *testing.T) {
	r := serve(t, mustBundle(t, catalogue(t, 30, 1), false, "iso/iso-1000", "iso/iso-1007"))
	res, err := etalonv1.NewResolveServiceClient(r).Search(t.Context(), &etalonv1.SearchRequest{Q: "things"})
	if err != nil || res.GetTotalSize() != 2 {
		t.Errorf("%v, %v", res, err)
	}
	_, err = etalonv1.NewStandardServiceClient(r).GetStandard(t.Context(), &etalonv1.GetStandardRequest{Name: "authorities/iso/standards/iso-1001"})
	if status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "the registry may have it") {
		t.Errorf("a standard that is not in the bundle: %v", err)
	}
}

func TestWhatIsNoBundle(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x")
	if err := os.WriteFile(file, []byte("no bundle"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file); !errors.Is(err, bundle.ErrBad) {
		t.Errorf("a file: %v", err)
	}
	if _, err := Open(t.Context(), dir); err == nil {
		t.Error("a folder was opened")
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	b, err := read(mustBundle(t, catalogue(t, 1, 1), false, "iso/iso-1000"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Serve(cancelled, b, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What is filed under other normal forms would not be found.
func TestOtherNormalFormsAreRefused(t *testing.T) {
	s := catalogue(t, 1, 1)
	s.store.keys = designation.KeyVersion + 1
	b, err := read(mustBundle(t, s, false, "iso/iso-1000"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Serve(t.Context(), b, nil); !errors.Is(err, bundle.ErrBad) || !strings.Contains(err.Error(), "make the bundle anew") {
		t.Errorf("got %v", err)
	}
}

func TestRequestsAreChecked(t *testing.T) {
	s := catalogue(t, 3, 1)
	many := make([]string, 1001)
	for i := range many {
		many[i] = "iso/iso-1000"
	}
	for want, refs := range map[string][]string{
		"name at least one standard":                                   nil,
		"above the limit bundle_refs of 1000":                          many,
		"resolve it first":                                             {"iso/iso-1000", "iso/iso-1000@>=2001"},
		"standards/iso-9 and authorities/nobody/standards/x not found": {"iso/iso-1000", "iso/iso-9@1", "nobody/x"},
		"iso-1000/versions/1999 not found":                             {"iso/iso-1000@1999"},
	} {
		_, err := s.bundle(t.Context(), false, refs...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d references: %v, want %q", len(refs), err, want)
		}
	}
}

// A bundle that would take in too much is refused.
func TestClosuresAreBounded(t *testing.T) {
	m := newMemory()
	records := []store.Record{&standard.Authority{ID: "iso", Created: epoch, Revision: 1}}
	for i := range 10_001 {
		n := standard.Name{Authority: "iso", Standard: fmt.Sprintf("iso-%d", i)}
		records = append(records, &standard.Standard{Name: n, Scheme: standard.Date, Created: epoch, Revision: 2, Relations: []standard.Relation{
			{Type: standard.Replaces, Target: fmt.Sprintf("iso/iso-%d", i+1)},
		}})
	}
	if err := m.write(t.Context(), day(1), records...); err != nil {
		t.Fatal(err)
	}
	s, err := newSource(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	defer s.replica.Stop()
	_, err = s.bundle(t.Context(), false, "iso/iso-7")
	if limit, ok := errors.AsType[*registry.LimitError](err); !ok || limit.Limit != "bundle_standards" {
		t.Errorf("%v", err)
	}
}

// BenchmarkOpen opens a bundle of 400 standards with 1,500 versions.
func BenchmarkOpen(b *testing.B) {
	s := catalogue(b, 400, 4)
	var refs []string
	for i := range 400 {
		refs = append(refs, fmt.Sprintf("iso/iso-%d", 1000+i))
	}
	path := filepath.Join(b.TempDir(), "x.bundle")
	data := mustBundle(b, s, false, refs...)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(data)), "bytes")
	for b.Loop() {
		r, err := Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExport makes that bundle.
func BenchmarkExport(b *testing.B) {
	s := catalogue(b, 400, 4)
	var refs []string
	for i := range 400 {
		refs = append(refs, fmt.Sprintf("iso/iso-%d", 1000+i))
	}
	for b.Loop() {
		if _, err := s.bundle(b.Context(), false, refs...); err != nil {
			b.Fatal(err)
		}
	}
}

// Who holds or adopts an edition of a designation comes along with who holds another, or
// the undated form: else a bundle would say that there is no such edition.
func TestEditionsOfOthersComeAlong(t *testing.T) {
	m := newMemory()
	records := []store.Record{&standard.Authority{ID: "a", Created: epoch, Revision: 1}}
	for name, text := range map[string]string{"undated": "ISO 1", "old": "ISO 1:2001", "new": "ISO 1:2005", "far": "ISO 2:2005"} {
		n := standard.Name{Authority: "a", Standard: name}
		records = append(records, &standard.Standard{Name: n, Scheme: standard.Semver, Created: epoch, Revision: 2}, claimOn(n, "", text))
	}
	// Nobody claims what it adopts, which means the adopter for that reason.
	records = append(records, &standard.Standard{
		Name: standard.Name{Authority: "a", Standard: "adopter"}, Scheme: standard.Semver, Created: epoch, Revision: 2,
		Relations: []standard.Relation{{Type: standard.Adopts, Degree: standard.Identical, Target: "ISO 1:1997"}},
	})
	if err := m.write(t.Context(), day(1), records...); err != nil {
		t.Fatal(err)
	}
	s, err := newSource(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	defer s.replica.Stop()
	for _, ref := range []string{"a/undated", "a/old", "a/new", "a/adopter"} {
		b, err := read(mustBundle(t, s, false, ref))
		if err != nil || b.Info().Standards != 4 {
			t.Errorf("the bundle of %s: %+v, %v, want 4 standards", ref, b.Info(), err)
		}
	}
}
