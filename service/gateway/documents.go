package gateway

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// A document comes as JSON that holds its text, as a form with the document as
// its last part, or as plain bytes with everything else in the query.

// formFields is the most bytes of all fields beside the document in a form.
const formFields = 2 << 20

// arrival is how long a document may take to come in; the service gives up
// somewhat earlier, with a better error.
const arrival = 150 * time.Second

// checkDocument says what is wrong with the document in the body.
func (g *gateway) checkDocument(x *exchange) {
	h := &etalonv1.CheckDocumentHeader{}
	takeDocument(g, x, h, func(d *etalonv1.DocumentHeader) { h.Document = d }, &etalonv1.CheckDocumentRequest{Part: &etalonv1.CheckDocumentRequest_Header{Header: h}},
		func(b []byte) *etalonv1.CheckDocumentRequest {
			return &etalonv1.CheckDocumentRequest{Part: &etalonv1.CheckDocumentRequest_Data{Data: b}}
		}, g.checks.CheckDocument)
}

// extractCitations lists what the document in the body cites.
func (g *gateway) extractCitations(x *exchange) {
	h := &etalonv1.ExtractCitationsHeader{}
	takeDocument(g, x, h, func(d *etalonv1.DocumentHeader) { h.Document = d }, &etalonv1.ExtractCitationsRequest{Part: &etalonv1.ExtractCitationsRequest_Header{Header: h}},
		func(b []byte) *etalonv1.ExtractCitationsRequest {
			return &etalonv1.ExtractCitationsRequest{Part: &etalonv1.ExtractCitationsRequest_Data{Data: b}}
		}, g.checks.ExtractCitations)
}

// documentQuery lists the parameters of a route that takes a document, and
// the fields of its form.
func documentQuery(header protoreflect.MessageDescriptor) map[string]bool {
	names := queryNames(header, []string{"document", "min_revision", "consistency"})
	for _, n := range []string{"name", "mediaType", "media_type"} {
		names[n] = true
	}
	return names
}

// takeDocument sends a document on as it comes in, header first.
func takeDocument[Req, Res any, PRes interface {
	*Res
	proto.Message
}](g *gateway, x *exchange, header proto.Message, setDocument func(*etalonv1.DocumentHeader), first *Req, data func([]byte) *Req,
	open func(context.Context, ...grpc.CallOption) (grpc.ClientStreamingClient[Req, Res], error),
) {
	body, left, err := g.documentBody(x, header, setDocument)
	if err != nil {
		g.fail(x, err)
		return
	}
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := open(ctx)
	if err != nil {
		g.fail(x, err)
		return
	}
	if err = stream.Send(first); err == nil && body != nil {
		err = sendFrom(body, left, func(b []byte) error { return stream.Send(data(b)) })
	}
	finishUpload[Req, Res, PRes](g, x, stream, err)
}

// documentBody fills the header of a document, and gives the bytes that follow
// it, which are left many or -1; nil where the header holds the text.
func (g *gateway) documentBody(x *exchange, header proto.Message, setDocument func(*etalonv1.DocumentHeader)) (body io.Reader, left int64, err error) {
	mediaType, parameters, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil {
		mediaType = ""
	}
	switch mediaType {
	case jsonType:
		return nil, 0, g.documentJSON(x, header)
	case "multipart/form-data":
		body, err := g.documentForm(x, parameters["boundary"], header, setDocument)
		return body, -1, err
	case "application/x-www-form-urlencoded": // what some clients say where they were not told
		mediaType = ""
	}
	if err := fillDocument(header, setDocument, x.query, mediaType); err != nil {
		return nil, 0, err
	}
	return g.documentReader(x), x.r.ContentLength, nil
}

// documentReader gives the body of a request that has to come in soon.
func (g *gateway) documentReader(x *exchange) io.Reader {
	body := g.patientBody(x)
	body.until = time.Now().Add(arrival)
	return body
}

// documentJSON reads a header from a JSON body.
func (g *gateway) documentJSON(x *exchange, header proto.Message) error {
	if len(x.query) > 0 {
		return badRequest(violation("query", "is not read beside JSON; put it into the body"))
	}
	if err := g.readBody(x); err != nil {
		return err
	}
	if bad := unknownFields(header.ProtoReflect().Descriptor(), x.body); len(bad) > 0 {
		return badRequest(bad...)
	}
	if err := (marshaler{}).Unmarshal(x.body, header); err != nil {
		return badRequest(violation("body", plain(err.Error())))
	}
	return nil
}

// documentForm reads a form up to its document.
func (g *gateway) documentForm(x *exchange, boundary string, header proto.Message, setDocument func(*etalonv1.DocumentHeader)) (io.Reader, error) {
	if boundary == "" {
		return nil, badRequest(violation("Content-Type", "names no boundary of the form's parts"))
	}
	form := multipart.NewReader(g.documentReader(x), boundary)
	values := url.Values{}
	for name, v := range x.query {
		values[name] = v
	}
	for left := formFields; ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, badRequest(violation("document", "is missing: the form wants the document as its last part"))
		}
		if err != nil {
			return nil, bodyError(err)
		}
		name := part.FormName()
		if name == "document" {
			if part.FileName() != "" && !values.Has("name") {
				values.Set("name", part.FileName())
			}
			mediaType, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
			return &lastPart{part: part, form: form}, fillDocument(header, setDocument, values, mediaType)
		}
		if !x.route.query[name] {
			return nil, badRequest(violation(name, "is no field of this form; they are "+strings.Join(slices.Sorted(maps.Keys(x.route.query)), ", ")+", and document last"))
		}
		value, err := io.ReadAll(io.LimitReader(part, int64(left)+1))
		if err != nil {
			return nil, bodyError(err)
		}
		if left -= len(value) + len(name); left < 0 {
			return nil, badRequest(violation(name, "is too long: the fields beside the document have more than 2 MiB"))
		}
		values.Add(name, string(value))
	}
}

// fillDocument fills a header from the query or the fields of a form.
func fillDocument(header proto.Message, setDocument func(*etalonv1.DocumentHeader), values url.Values, mediaType string) error {
	d := &etalonv1.DocumentHeader{MediaType: mediaType}
	if mediaType == "application/octet-stream" {
		d.MediaType = ""
	}
	rest := url.Values{}
	for name, v := range values {
		switch name {
		case "name":
			d.Name = strings.Join(v, "")
		case "mediaType", "media_type":
			d.MediaType = strings.Join(v, "")
		default:
			rest[name] = v
		}
	}
	if err := populate(header, rest); err != nil {
		return err
	}
	setDocument(d)
	return nil
}

// lastPart reads the last part of a form, and makes sure that it is the last.
type lastPart struct {
	part *multipart.Part
	form *multipart.Reader
}

// Read reads the part.
func (l *lastPart) Read(b []byte) (int, error) {
	n, err := l.part.Read(b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return n, bodyError(errors.New("the form ends within its document"))
	}
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	next, err := l.form.NextPart()
	switch {
	case errors.Is(err, io.EOF):
		return n, io.EOF
	case err != nil:
		return n, err
	}
	return n, badRequest(violation(next.FormName(), "follows the document, which has to be the form's last part"))
}

// documentRoutes take documents.
func documentRoutes() []*route {
	check := newRoute(http.MethodPost, "/v1/documents:check", (*gateway).checkDocument)
	check.query = documentQuery((*etalonv1.CheckDocumentHeader)(nil).ProtoReflect().Descriptor())
	extract := newRoute(http.MethodPost, "/v1/documents:extractCitations", (*gateway).extractCitations)
	extract.query = documentQuery((*etalonv1.ExtractCitationsHeader)(nil).ProtoReflect().Descriptor())
	return []*route{check, extract}
}
