package gateway

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// CheckDocument answers with what came.
func (f *fake) CheckDocument(s grpc.ClientStreamingServer[etalonv1.CheckDocumentRequest, etalonv1.CheckDocumentResponse]) error {
	first, err := s.Recv()
	if err != nil {
		return err
	}
	h := first.GetHeader()
	var got bytes.Buffer
	for {
		m, err := s.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		got.Write(m.GetData())
	}
	d := h.GetDocument()
	return s.SendAndClose(&etalonv1.CheckDocumentResponse{
		Document: &etalonv1.DocumentInfo{Name: d.GetName(), Format: d.GetMediaType(), TextBytes: int64(got.Len())},
		AsOf:     h.GetAsOf(),
		Notice:   d.GetText() + "|" + h.GetConfig() + "|" + got.String()[:min(8, got.Len())],
	})
}

// part is one part of a form.
type part struct{ name, file, mediaType, value string }

func form(t *testing.T, parts ...part) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		disposition := `form-data; name="` + p.name + `"`
		if p.file != "" {
			disposition += `; filename="` + p.file + `"`
		}
		h.Set("Content-Disposition", disposition)
		if p.mediaType != "" {
			h.Set("Content-Type", p.mediaType)
		}
		pw, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(pw, p.value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestDocumentsComeInThreeForms(t *testing.T) {
	large := strings.Repeat("x", 600<<10)
	whole, formType := form(t, part{"config", "", "", "rules: {}"}, part{"asOf", "", "", "2024-10-01"}, part{"document", "t.docx", "application/octet-stream", large})
	late, lateType := form(t, part{"document", "t.md", "", "ISO 9001"}, part{"config", "", "", "rules: {}"})
	none, noneType := form(t, part{"config", "", "", "rules: {}"})
	endless, endlessType := form(t, slices.Repeat([]part{{"config", "", "", strings.Repeat("x", 1000)}}, 3000)...)
	odd, oddType := form(t, part{"colour", "", "", "red"})
	tests := []struct {
		name, query, contentType, body string
		status                         int
		want                           string
	}{
		{"bytes", "?name=t.pdf&asOf=2024-10-01", "application/pdf", "%PDF", 200, `{"document":{"name":"t.pdf","format":"application/pdf","textBytes":"4"},"asOf":"2024-10-01","notice":"||%PDF"}`},
		{"bytes of no type", "?name=t.md&mediaType=text/markdown", "application/x-www-form-urlencoded", "ISO 9001", 200, `{"document":{"name":"t.md","format":"text/markdown","textBytes":"8"},"notice":"||ISO 9001"}`},
		{"JSON", "", "application/json", `{"document":{"name":"t.md","text":"ISO 9001"},"asOf":"2024-10-01"}`, 200, `{"document":{"name":"t.md"},"asOf":"2024-10-01","notice":"ISO 9001||"}`},
		{"form", "", formType, whole, 200, `{"document":{"name":"t.docx","textBytes":"614400"},"asOf":"2024-10-01","notice":"|rules: {}|xxxxxxxx"}`},
		{"unknown parameter", "?colour=red", "text/plain", "ISO 9001", 400, "colour: is no parameter of this route"},
		{"unknown field of JSON", "", "application/json", `{"document":{"txt":"ISO 9001"}}`, 400, "document.txt: is no field of this request"},
		{"broken JSON", "", "application/json", `{"document":`, 400, "body: "},
		{"query beside JSON", "?name=t.md", "application/json", `{}`, 400, "query: is not read beside JSON"},
		{"form: document first", "", lateType, late, 400, "config: follows the document, which has to be the form's last part"},
		{"form: no document", "", noneType, none, 400, "document: is missing"},
		{"form: unknown field", "", oddType, odd, 400, "colour: is no field of this form"},
		{"form: endless fields", "", endlessType, endless, 400, "config: is too long: the fields beside the document have more than 2 MiB"},
		{"form: cut off", "", formType, whole[:len(whole)/2], 400, "the body can't be read"},
		{"form: no boundary", "", "multipart/form-data", whole, 400, "names no boundary"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, nil)
			r := s.do(t, http.MethodPost, "/v1/documents:check"+tt.query, tt.body, "Content-Type", tt.contentType)
			got := read(t, r)
			if r.StatusCode != tt.status || tt.status == 200 && got != tt.want || !strings.Contains(got, tt.want) {
				t.Errorf("%d %s", r.StatusCode, got)
			}
		})
	}
}

// TestDocumentReaderEnds: a client that stays within the time of every read
// has to be done in the end.
func TestDocumentReaderEnds(t *testing.T) {
	got := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := &patientReader{r: r.Body, control: http.NewResponseController(w), stall: time.Hour, until: time.Now().Add(10 * time.Millisecond)}
		_, err := io.ReadAll(body)
		got <- err
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nISO"); err != nil {
		t.Fatal(err)
	}
	if err := <-got; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
