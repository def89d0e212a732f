package systemtest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/standard"
)

// lowLimits are settings that a small request exceeds.
var lowLimits = map[string]int64{
	"name_bytes": 10, "path_bytes": 16, "files_per_version": 3, "blob_bytes": 1000, "release_bytes": 2000,
	"manifest_bytes": 2048, "batch_refs": 2, "page_size": 5, "designations_per_version": 2,
	"members_per_version": 3, "relations_per_version": 2, "links_per_version": 20, "text_bytes": 900,
	"list_items": 3, "record_bytes": 2048, "document_bytes": 100,
}

// TestLimits exceeds every limit and looks at the error. It walks the limits
// of the registry, so that a new one needs a flag, a case here and a line in
// the documentation.
func TestLimits(t *testing.T) {
	args := []string{"--data-dir", t.TempDir()}
	for name, most := range lowLimits {
		args = append(args, "--"+limitFlag(name), fmt.Sprint(most))
	}
	s := startServer(t, args...)
	c, ctx := s.dial(), within(t, time.Minute)
	if err := createAuthority(ctx, c, "lim"); err != nil {
		t.Fatal(err)
	}
	got, err := c.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	if err != nil {
		t.Fatal(err)
	}
	defaults, _ := settings(t, nil)
	docs := readDoc(t, "operating.md")
	tries := exceeding(c)
	all, fields := registry.DefaultLimits().Map(), reflect.TypeFor[registry.Limits]().NumField()
	if len(lowLimits) != fields {
		t.Errorf("the registry has %d limits that can be set, %d are tried", fields, len(lowLimits))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			most, settable := lowLimits[name]
			if settable {
				if value, ok := defaults[limitFlag(name)]; !ok || value == 0 || value == "" {
					t.Errorf("--%s has no default", limitFlag(name))
				}
				if !strings.Contains(docs, "| `--"+limitFlag(name)+"` ") {
					t.Errorf("docs/operating.md lacks --%s", limitFlag(name))
				}
			} else {
				most = all[name]
				if !strings.Contains(docs, fmt.Sprintf("| `%s` | %d |", name, most)) {
					t.Errorf("docs/operating.md lacks %s, which is fixed at %d", name, most)
				}
			}
			if got.GetLimits()[name] != most {
				t.Errorf("the registry says %d, want %d", got.GetLimits()[name], most)
			}
			try, ok := tries[name]
			switch {
			case ok:
				checkLimit(t, try(ctx), name, most)
			case settable:
				t.Error("no case exceeds it")
			}
		})
	}
	if !strings.Contains(readDoc(t, "errors.md"), "metadata `limit`, `max` and `value`") {
		t.Error("docs/errors.md does not describe the error")
	}
	t.Run("command line", func(t *testing.T) { testLimitsOfPublish(t, s) })
}

func limitFlag(name string) string { return "limit-" + strings.ReplaceAll(name, "_", "-") }

func readDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func checkLimit(t *testing.T, err error, name string, most int64) {
	t.Helper()
	st := status.Convert(err)
	var info *errdetails.ErrorInfo
	var bad *errdetails.BadRequest
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			info = d
		case *errdetails.BadRequest:
			bad = d
		}
	}
	md := info.GetMetadata()
	value, parseErr := strconv.ParseInt(md["value"], 10, 64)
	if st.Code() != codes.InvalidArgument || info.GetReason() != "LIMIT_EXCEEDED" ||
		md["limit"] != name || md["max"] != fmt.Sprint(most) || parseErr != nil || value <= most {
		t.Errorf("error %v, reason %s, metadata %v; want the limit %s, %d, and a value above it", err, info.GetReason(), md, name, most)
	}
	if len(bad.GetFieldViolations()) == 0 {
		t.Errorf("no field is named: %v", err)
	}
	for _, n := range []int64{most, value} {
		if !strings.Contains(st.Message(), fmt.Sprint(n)) {
			t.Errorf("the message %q lacks %d", st.Message(), n)
		}
	}
}

// exceeding has a call for every limit that exceeds it and no other.
func exceeding(c *client.Client) map[string]func(context.Context) error {
	name := standard.Name{Authority: "lim", Standard: "s"}
	publish := func(edit func(*etalonv1.PublishVersionRequest)) func(context.Context) error {
		return func(ctx context.Context) error {
			r := &etalonv1.PublishVersionRequest{
				Parent: name.Resource(), VersionId: "1", Version: &etalonv1.Version{},
				Standard: &etalonv1.Standard{
					Titles: []*etalonv1.Text{{Value: "S"}}, Kind: etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_NUMERIC,
				},
			}
			edit(r)
			_, err := c.Publishing.PublishVersion(ctx, r)
			return err
		}
	}
	files := func(sizes ...int64) []*etalonv1.File {
		var out []*etalonv1.File
		for i, n := range sizes {
			d := standard.DigestOf([]byte{byte(i)})
			out = append(out, &etalonv1.File{Path: strconv.Itoa(i), SizeBytes: n, Digest: d.String()})
		}
		return out
	}
	links := func(n, length int) []*etalonv1.Link {
		var out []*etalonv1.Link
		for i := range n {
			out = append(out, &etalonv1.Link{Url: fmt.Sprintf("https://example.org/%02d%s", i, strings.Repeat("x", length))})
		}
		return out
	}
	long := func(n int) *etalonv1.Text { return &etalonv1.Text{Value: strings.Repeat("x", n)} }
	return map[string]func(context.Context) error{
		"name_bytes":        func(ctx context.Context) error { return createAuthority(ctx, c, "eleven-long") },
		"path_bytes":        publish(func(r *etalonv1.PublishVersionRequest) { r.Files = files(1); r.Files[0].Path = strings.Repeat("p", 17) }),
		"files_per_version": publish(func(r *etalonv1.PublishVersionRequest) { r.Files = files(1, 1, 1, 1) }),
		"blob_bytes": func(ctx context.Context) error {
			b := make([]byte, 1001)
			return rootStatus(c.Upload(ctx, standard.DigestOf(b), 1001, strings.NewReader(string(b))))
		},
		"release_bytes":  publish(func(r *etalonv1.PublishVersionRequest) { r.Files = files(900, 900, 900) }),
		"manifest_bytes": publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Links = links(20, 100) }),
		"batch_refs": func(ctx context.Context) error {
			_, err := c.Resolution.BatchResolve(ctx, &etalonv1.BatchResolveRequest{Refs: []string{"a/b", "a/c", "a/d"}})
			return err
		},
		"document_bytes": func(ctx context.Context) error {
			stream, err := c.Checks.ExtractCitations(ctx)
			if err != nil {
				return err
			}
			header := &etalonv1.ExtractCitationsHeader{Document: &etalonv1.DocumentHeader{Name: "long.txt", Text: strings.Repeat("x", 101)}}
			if err := stream.Send(&etalonv1.ExtractCitationsRequest{Part: &etalonv1.ExtractCitationsRequest_Header{Header: header}}); err != nil {
				return err
			}
			_, err = stream.CloseAndRecv()
			return err
		},
		"page_size": func(ctx context.Context) error {
			_, err := c.Authorities.ListAuthorities(ctx, &etalonv1.ListAuthoritiesRequest{PageSize: 6})
			return err
		},
		"designations_per_version": publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Designations = []string{"LIM 1", "LIM 2", "LIM 3"} }),
		"members_per_version": publish(func(r *etalonv1.PublishVersionRequest) {
			r.Version.Members = []*etalonv1.Member{{Id: "a"}, {Id: "b"}, {Id: "c"}, {Id: "d"}}
		}),
		"relations_per_version": publish(func(r *etalonv1.PublishVersionRequest) {
			for _, target := range []string{"ISO 1", "ISO 2", "ISO 3"} {
				r.Version.Relations = append(r.Version.Relations, &etalonv1.Relation{Type: etalonv1.RelationType_RELATION_TYPE_NORMATIVE_REFERENCE, Target: target})
			}
		}),
		"links_per_version": publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Links = links(21, 1) }),
		"text_bytes":        publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Notes = []*etalonv1.Text{long(901)} }),
		"list_items":        publish(func(r *etalonv1.PublishVersionRequest) { r.Standard.Sectors = []string{"a", "b", "c", "d"} }),
		"record_bytes": publish(func(r *etalonv1.PublishVersionRequest) {
			for _, lang := range []string{"en", "cy", "fr"} {
				n := long(900)
				n.Language = lang
				r.Version.Notes = append(r.Version.Notes, n)
			}
		}),
		// These are fixed.
		"line_bytes":           publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Label = long(2049).GetValue() }),
		"designation_bytes":    publish(func(r *etalonv1.PublishVersionRequest) { r.Version.Designations = []string{long(513).GetValue()} }),
		"request_id_bytes":     publish(func(r *etalonv1.PublishVersionRequest) { r.RequestId = long(129).GetValue() }),
		"tags_per_publication": publish(func(r *etalonv1.PublishVersionRequest) { r.Tags = strings.Split("a b c d e f g h i", " ") }),
	}
}

// testLimitsOfPublish: who publishes a folder is told the same, by file.
func testLimitsOfPublish(t *testing.T, s *server) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "etalon.yaml"), "name: lim/s\ntitle: S\nkind: format\nscheme: numeric\nversion: \"1\"\n")
	writeFile(t, filepath.Join(dir, "big.txt"), strings.Repeat("x", 1001))
	_, errs, code := s.try("publish", dir)
	if code != 2 || !strings.Contains(errs, "1001") || !strings.Contains(errs, "1000") || !strings.Contains(errs, "blob_bytes") {
		t.Errorf("code %d, said %q; want code 2, the limit and the value", code, errs)
	}
}

// TestLimitsOverHTTP: the same details in JSON.
func TestLimitsOverHTTP(t *testing.T) {
	s := startServer(t, "--data-dir", t.TempDir(), "--limit-page-size", "5", "--limit-blob-bytes", "10")
	res, body := s.get(t, "/v1/authorities?page_size=6")
	if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), `"limit":"page_size"`) || !strings.Contains(string(body), `"max":"5"`) || !strings.Contains(string(body), `"value":"6"`) {
		t.Errorf("a page of 6: %s: %s", res.Status, body)
	}
	b := "eleven char"
	req, err := http.NewRequestWithContext(within(t, 20*time.Second), http.MethodPut, "http://"+s.http+"/v1/blobs/"+standard.DigestOf([]byte(b)).String(), strings.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err = http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(body), `"max":"10"`) || !strings.Contains(string(body), `"value":"11"`) {
		t.Errorf("a file of 11 bytes: %s, %v: %s", res.Status, err, body)
	}
}
