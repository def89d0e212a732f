package inproc

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers with what came, and shows what a connection has to pass on.
type echo struct {
	etalonv1.UnimplementedVersionServiceServer
	etalonv1.UnimplementedBlobServiceServer
	started chan struct{} // a send says that a stream has begun, if set
	ended   chan error    // gets the error of the context of a stream, if set
}

func (e *echo) GetVersion(ctx context.Context, req *etalonv1.GetVersionRequest) (*etalonv1.Version, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	out, _ := metadata.FromOutgoingContext(ctx)
	if err := errors.Join(grpc.SetHeader(ctx, metadata.Pairs("who", first(md["who"]))), grpc.SetTrailer(ctx, metadata.Pairs("out", first(out["who"])))); err != nil {
		return nil, err
	}
	if req.GetName() == "bad" {
		return nil, status.Error(codes.NotFound, "not there")
	}
	if req.GetName() == "plain" {
		return nil, errors.New("plain")
	}
	if _, ok := ctx.Deadline(); ok {
		return &etalonv1.Version{Name: req.GetName(), Label: "deadline"}, nil
	}
	return &etalonv1.Version{Name: req.GetName(), Notes: []*etalonv1.Text{{Value: "note"}}}, nil
}

func first(v []string) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

func (e *echo) DownloadBlob(req *etalonv1.DownloadBlobRequest, s grpc.ServerStreamingServer[etalonv1.DownloadBlobResponse]) error {
	if req.GetDigest() == "bad" {
		s.SetTrailer(metadata.Pairs("why", "bad"))
		return status.Error(codes.NotFound, "not there")
	}
	if req.GetDigest() == "wait" {
		e.started <- struct{}{}
		<-s.Context().Done()
		e.ended <- s.Context().Err()
		return s.Context().Err()
	}
	md, _ := metadata.FromIncomingContext(s.Context())
	if err := s.SendHeader(metadata.Pairs("who", first(md["who"]))); err != nil {
		return err
	}
	for i := range req.GetLimit() {
		if err := s.Send(&etalonv1.DownloadBlobResponse{SizeBytes: i}); err != nil {
			return err
		}
	}
	s.SetTrailer(metadata.Pairs("count", "all"))
	if req.GetOffset() > 0 {
		return status.Error(codes.DataLoss, "lost")
	}
	return nil
}

func (e *echo) UploadBlob(s grpc.ClientStreamingServer[etalonv1.UploadBlobRequest, etalonv1.UploadBlobResponse]) error {
	var n int64
	for {
		m, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return s.SendAndClose(&etalonv1.UploadBlobResponse{SizeBytes: n})
		}
		if err != nil {
			return err
		}
		if n += int64(len(m.GetData())); n > 10 {
			return status.Error(codes.InvalidArgument, "too much")
		}
	}
}

// connections are ours and gRPC's, which must not differ for a caller.
func connections(t *testing.T, e *echo) map[string]grpc.ClientConnInterface {
	t.Helper()
	mine := New(Config{})
	etalonv1.RegisterVersionServiceServer(mine, e)
	etalonv1.RegisterBlobServiceServer(mine, e)
	server := grpc.NewServer()
	etalonv1.RegisterVersionServiceServer(server, e)
	etalonv1.RegisterBlobServiceServer(server, e)
	l := bufconn.Listen(1 << 16)
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	theirs, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(mine.Close(), theirs.Close()); err != nil {
			t.Error(err)
		}
		server.Stop()
		<-done
	})
	return map[string]grpc.ClientConnInterface{"inproc": mine, "grpc": theirs}
}

func TestUnary(t *testing.T) {
	for name, conn := range connections(t, &echo{}) {
		t.Run(name, func(t *testing.T) {
			c := etalonv1.NewVersionServiceClient(conn)
			ctx := metadata.AppendToOutgoingContext(t.Context(), "Who", "me")
			var header, trailer metadata.MD
			got, err := c.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: "x"}, grpc.Header(&header), grpc.Trailer(&trailer))
			want := &etalonv1.Version{Name: "x", Notes: []*etalonv1.Text{{Value: "note"}}}
			if diff := cmp.Diff(want, got, protocmp.Transform()); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			if first(header["who"]) != "me" || first(trailer["out"]) != "" {
				t.Errorf("header %v, trailer %v", header, trailer)
			}
			header = nil
			_, err = c.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: "bad"}, grpc.Header(&header))
			if status.Code(err) != codes.NotFound || first(header["who"]) != "me" {
				t.Errorf("%v, header %v", err, header)
			}
			if _, err := c.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: "plain"}); status.Code(err) != codes.Unknown {
				t.Errorf("a plain error is %v", err)
			}
			if _, err := c.ListVersions(ctx, &etalonv1.ListVersionsRequest{}); status.Code(err) != codes.Unimplemented {
				t.Errorf("what is not implemented is %v", err)
			}
			if _, err := etalonv1.NewRegistryServiceClient(conn).GetRegistry(ctx, &etalonv1.GetRegistryRequest{}); status.Code(err) != codes.Unimplemented {
				t.Errorf("what is not registered is %v", err)
			}
			soon, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			if v, err := c.GetVersion(soon, &etalonv1.GetVersionRequest{Name: "x"}); v.GetLabel() != "deadline" {
				t.Errorf("the deadline got lost: %v, %v", v, err)
			}
			cancel()
			if _, err := c.GetVersion(soon, &etalonv1.GetVersionRequest{Name: "x"}); status.Code(err) != codes.Canceled {
				t.Errorf("a cancelled call is %v", err)
			}
		})
	}
}

func TestServerStream(t *testing.T) {
	e := &echo{started: make(chan struct{}), ended: make(chan error, 1)}
	for name, conn := range connections(t, e) {
		t.Run(name, func(t *testing.T) {
			c := etalonv1.NewBlobServiceClient(conn)
			ctx := metadata.AppendToOutgoingContext(t.Context(), "who", "me")
			for _, lost := range []int64{0, 1} {
				s, err := c.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Limit: 3, Offset: lost})
				if err != nil {
					t.Fatal(err)
				}
				if header, err := s.Header(); err != nil || first(header["who"]) != "me" {
					t.Errorf("header %v, %v", header, err)
				}
				for i := range int64(3) {
					if m, err := s.Recv(); err != nil || m.GetSizeBytes() != i {
						t.Errorf("message %d: %v, %v", i, m, err)
					}
				}
				_, err = s.Recv()
				if lost == 0 && !errors.Is(err, io.EOF) || lost > 0 && status.Code(err) != codes.DataLoss {
					t.Errorf("the end: %v", err)
				}
				if first(s.Trailer()["count"]) != "all" {
					t.Errorf("trailer %v", s.Trailer())
				}
			}
			s, err := c.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Digest: "bad"})
			if err != nil {
				t.Fatal(err)
			}
			if header, err := s.Header(); err != nil || len(header["who"]) != 0 {
				t.Errorf("header of what failed at once: %v, %v", header, err)
			}
			if _, err := s.Recv(); status.Code(err) != codes.NotFound || first(s.Trailer()["why"]) != "bad" {
				t.Errorf("%v, trailer %v", err, s.Trailer())
			}
			ctx, cancel := context.WithCancel(ctx)
			s, err = c.DownloadBlob(ctx, &etalonv1.DownloadBlobRequest{Digest: "wait"})
			if err != nil {
				t.Fatal(err)
			}
			<-e.started
			cancel()
			if _, err := s.Recv(); status.Code(err) != codes.Canceled {
				t.Errorf("after the cancellation: %v", err)
			}
			if err := <-e.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the handler saw %v", err)
			}
		})
	}
}

func TestClientStream(t *testing.T) {
	for name, conn := range connections(t, &echo{}) {
		t.Run(name, func(t *testing.T) {
			c := etalonv1.NewBlobServiceClient(conn)
			s, err := c.UploadBlob(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for range 5 {
				if err := s.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: []byte("ab")}}); err != nil {
					t.Error(err)
				}
			}
			if m, err := s.CloseAndRecv(); err != nil || m.GetSizeBytes() != 10 {
				t.Errorf("%v, %v", m, err)
			}
			if s, err = c.UploadBlob(t.Context()); err != nil {
				t.Fatal(err)
			}
			for err == nil { // the handler ends it, so that a send meets the end
				err = s.Send(&etalonv1.UploadBlobRequest{Part: &etalonv1.UploadBlobRequest_Data{Data: []byte("abcdef")}})
			}
			if !errors.Is(err, io.EOF) {
				t.Errorf("a send after the end: %v", err)
			}
			if _, err := s.CloseAndRecv(); status.Code(err) != codes.InvalidArgument {
				t.Errorf("why it ended: %v", err)
			}
		})
	}
}

func TestInterceptors(t *testing.T) {
	refuse := status.Error(codes.Unauthenticated, "who are you?")
	var seen []string
	c := New(Config{
		Unary: func(_ context.Context, _ any, info *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
			seen = append(seen, info.FullMethod)
			return nil, refuse
		},
		Stream: func(_ any, _ grpc.ServerStream, info *grpc.StreamServerInfo, _ grpc.StreamHandler) error {
			seen = append(seen, info.FullMethod)
			return refuse
		},
	})
	e := &echo{}
	etalonv1.RegisterVersionServiceServer(c, e)
	etalonv1.RegisterBlobServiceServer(c, e)
	_, err := etalonv1.NewVersionServiceClient(c).GetVersion(t.Context(), &etalonv1.GetVersionRequest{})
	if status.Code(err) != codes.Unauthenticated {
		t.Error(err)
	}
	s, err := etalonv1.NewBlobServiceClient(c).DownloadBlob(t.Context(), &etalonv1.DownloadBlobRequest{})
	if err != nil {
		t.Fatalf("a refused stream opens, and says so when it is read: %v", err)
	}
	if _, err := s.Recv(); status.Code(err) != codes.Unauthenticated {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{etalonv1.VersionService_GetVersion_FullMethodName, etalonv1.BlobService_DownloadBlob_FullMethodName}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestCloseEndsStreams(t *testing.T) {
	e := &echo{started: make(chan struct{}), ended: make(chan error, 1)}
	c := New(Config{})
	etalonv1.RegisterBlobServiceServer(c, e)
	etalonv1.RegisterVersionServiceServer(c, e)
	blobs := etalonv1.NewBlobServiceClient(c)
	s, err := blobs.DownloadBlob(t.Context(), &etalonv1.DownloadBlobRequest{Digest: "wait"})
	if err != nil {
		t.Fatal(err)
	}
	<-e.started
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-e.ended:
	default:
		t.Error("the handler still runs after Close")
	}
	if _, err := s.Recv(); err == nil {
		t.Error("the stream goes on after Close")
	}
	if _, err := blobs.DownloadBlob(t.Context(), &etalonv1.DownloadBlobRequest{}); status.Code(err) != codes.Unavailable {
		t.Errorf("a stream after Close: %v", err)
	}
	if _, err := etalonv1.NewVersionServiceClient(c).GetVersion(t.Context(), &etalonv1.GetVersionRequest{}); status.Code(err) != codes.Unavailable {
		t.Errorf("a call after Close: %v", err)
	}
}

// TestCall: the short form of a call gives what the long one does.
func TestCall(t *testing.T) {
	c := New(Config{})
	etalonv1.RegisterVersionServiceServer(c, &echo{})
	defer c.Close()
	md := metadata.MD{"who": {"me"}}
	for _, name := range []string{"x", "bad", "plain"} {
		var want etalonv1.Version
		var wantHeader metadata.MD
		wantErr := c.Invoke(metadata.NewOutgoingContext(t.Context(), md), etalonv1.VersionService_GetVersion_FullMethodName,
			&etalonv1.GetVersionRequest{Name: name}, &want, grpc.Header(&wantHeader))
		got, header, err := c.Call(t.Context(), etalonv1.VersionService_GetVersion_FullMethodName, md, func(m proto.Message) error {
			m.(*etalonv1.GetVersionRequest).Name = name
			return nil
		})
		if status.Code(err) != status.Code(wantErr) || status.Convert(err).Message() != status.Convert(wantErr).Message() {
			t.Errorf("%s: error %v, want %v", name, err, wantErr)
		}
		if diff := cmp.Diff(wantHeader, header); diff != "" {
			t.Errorf("%s: header (-want +got):\n%s", name, diff)
		}
		if err == nil {
			if diff := cmp.Diff(&want, got.(*etalonv1.Version), protocmp.Transform()); diff != "" {
				t.Errorf("%s: answer (-want +got):\n%s", name, diff)
			}
		}
	}
	unfit := status.Error(codes.InvalidArgument, "unfit")
	if _, _, err := c.Call(t.Context(), etalonv1.VersionService_GetVersion_FullMethodName, nil, func(proto.Message) error { return unfit }); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a request that can't be made: %v", err)
	}
	if _, _, err := c.Call(t.Context(), "/no/method", nil, nil); status.Code(err) != codes.Unimplemented {
		t.Errorf("no method: %v", err)
	}
}
