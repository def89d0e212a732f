package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// uploadChunk is how many bytes go in one message.
const uploadChunk = 256 << 10

// takeBlob stores the body under its digest.
func (g *gateway) takeBlob(x *exchange) {
	if x.r.ContentLength < 0 {
		g.fail(x, &problem{http: http.StatusLengthRequired, reason: "LENGTH_REQUIRED",
			message: "a blob wants a Content-Length header"})
		return
	}
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := g.blobs.UploadBlob(ctx)
	if err != nil {
		g.fail(x, err)
		return
	}
	header := &etalonv1.UploadBlobHeader{Digest: x.params[0], SizeBytes: x.r.ContentLength}
	err = stream.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Header{Header: header}})
	if err == nil {
		err = g.sendBody(x, func(b []byte) error {
			return stream.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: b}})
		})
	}
	finishUpload(g, x, stream, err)
}

// takeImport makes an empty registry the one in the body.
func (g *gateway) takeImport(x *exchange) {
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := g.registry.ImportRegistry(ctx)
	if err != nil {
		g.fail(x, err)
		return
	}
	err = g.sendBody(x, func(b []byte) error { return stream.Send(&etalonv1.ImportRegistryRequest{Data: b}) })
	finishUpload(g, x, stream, err)
}

// finishUpload waits for the verdict. A stream that the service ended early
// has one as well, and it says why.
func finishUpload[Req, Res any, PRes interface {
	*Res
	proto.Message
}](g *gateway, x *exchange, stream grpc.ClientStreamingClient[Req, Res], err error) {
	if err != nil && !errors.Is(err, io.EOF) {
		g.fail(x, err)
		return
	}
	res, err := stream.CloseAndRecv()
	if err != nil {
		if trailer := stream.Trailer(); trailer != nil {
			passOn(x.w.Header(), trailer)
		}
		g.fail(x, err)
		return
	}
	if header, err := stream.Header(); err == nil {
		passOn(x.w.Header(), header)
	}
	g.answerMessage(x, PRes(res))
}

// sendBody sends the body of a request in messages of their own bytes, for
// what is sent must not change any more. A client that stalls is cut off.
func (g *gateway) sendBody(x *exchange, send func([]byte) error) error {
	return sendFrom(g.patientBody(x), x.r.ContentLength, send)
}

// sendFrom sends what body holds; left is how many bytes that is, -1: not
// said.
func sendFrom(body io.Reader, left int64, send func([]byte) error) error {
	for {
		size := int64(uploadChunk)
		if left >= 0 {
			size = min(size, left+1) // one more, to meet the end
		}
		b := make([]byte, size)
		n, err := io.ReadFull(body, b)
		last := errors.Is(err, io.EOF) || err == io.ErrUnexpectedEOF && (left < 0 || int64(n) == left) //nolint:errorlint // of ReadFull itself
		if err != nil && !last {
			return bodyError(err)
		}
		if n > 0 {
			if err := send(b[:n]); err != nil {
				return err
			}
		}
		if left >= 0 {
			left -= int64(n)
		}
		if last {
			if left > 0 {
				return bodyError(io.ErrUnexpectedEOF)
			}
			return nil
		}
	}
}

func (g *gateway) patientBody(x *exchange) *patientReader {
	return &patientReader{r: x.r.Body, control: http.NewResponseController(x.w), stall: g.cfg.StallTimeout}
}

// patientReader gives every read from the client the time it may take,
// whatever the server's time for a whole request.
type patientReader struct {
	r       io.Reader
	control *http.ResponseController
	stall   time.Duration
	until   time.Time // when the whole has to be there; zero: never
}

// Read reads within the time.
func (p *patientReader) Read(b []byte) (int, error) {
	end := time.Now().Add(p.stall)
	if !p.until.IsZero() && p.until.Before(end) {
		end = p.until
	}
	_ = p.control.SetReadDeadline(end) // where it can't be set, none is
	return p.r.Read(b)
}
