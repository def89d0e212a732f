package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// fake stands in for the services: it holds a few records and answers by the
// contract. What a test does not need says UNIMPLEMENTED.
type fake struct {
	etalonv1.UnimplementedAuthorityServiceServer
	etalonv1.UnimplementedStandardServiceServer
	etalonv1.UnimplementedVersionServiceServer
	etalonv1.UnimplementedPublishingServiceServer
	etalonv1.UnimplementedBlobServiceServer
	etalonv1.UnimplementedResolveServiceServer
	etalonv1.UnimplementedChangeServiceServer
	etalonv1.UnimplementedRegistryServiceServer
	etalonv1.UnimplementedCheckServiceServer

	revision   atomic.Uint64
	staleness  atomic.Int64 // seconds
	calls      atomic.Int64 // of any kind
	breakAfter atomic.Int64 // messages of a download; 0: never

	mu       sync.Mutex
	versions map[string]*etalonv1.Version
	files    map[string][]*etalonv1.File // by version
	blobs    map[string][]byte
	redacted map[string]string
	requests []proto.Message // unary ones, as they came
	md       metadata.MD     // of the last call
	feed     chan *etalonv1.WatchResponse
}

const fakeToken = "Bearer secret"

func newFake() *fake {
	f := &fake{
		versions: map[string]*etalonv1.Version{}, files: map[string][]*etalonv1.File{},
		blobs: map[string][]byte{}, redacted: map[string]string{}, feed: make(chan *etalonv1.WatchResponse, 16),
	}
	f.revision.Store(41)
	return f
}

func (f *fake) register(r grpc.ServiceRegistrar) {
	etalonv1.RegisterAuthorityServiceServer(r, f)
	etalonv1.RegisterStandardServiceServer(r, f)
	etalonv1.RegisterVersionServiceServer(r, f)
	etalonv1.RegisterPublishingServiceServer(r, f)
	etalonv1.RegisterBlobServiceServer(r, f)
	etalonv1.RegisterResolveServiceServer(r, f)
	etalonv1.RegisterChangeServiceServer(r, f)
	etalonv1.RegisterRegistryServiceServer(r, f)
	etalonv1.RegisterCheckServiceServer(r, f)
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// addVersion publishes files, given as path, media type and content in turn.
func (f *fake) addVersion(name string, files ...string) *etalonv1.Version {
	v := &etalonv1.Version{Name: name, Digest: digestOf([]byte(name)), Status: etalonv1.Status_STATUS_PUBLISHED, Revision: 7}
	for i := 0; i < len(files); i += 3 {
		b := []byte(files[i+2])
		f.blobs[digestOf(b)] = b
		f.files[name] = append(f.files[name], &etalonv1.File{
			Path: files[i], MediaType: files[i+1], SizeBytes: int64(len(b)), Digest: digestOf(b),
		})
	}
	f.versions[name] = v
	return v
}

// unary is the interceptor: it notes what came and sets the metadata of the
// answer, as the real one does.
func (f *fake) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	f.calls.Add(1)
	md, _ := metadata.FromIncomingContext(ctx)
	f.mu.Lock()
	f.md = md
	f.requests = append(f.requests, req.(proto.Message))
	f.mu.Unlock()
	header := metadata.MD{mdRevision: {strconv.FormatUint(f.revision.Load(), 10)}, mdRequestID: md[mdRequestID]}
	if s := f.staleness.Load(); s > 0 {
		header[mdStaleness] = []string{strconv.FormatInt(s, 10)}
	}
	if err := grpc.SetHeader(ctx, header); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (f *fake) stream(srv any, s grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	f.calls.Add(1)
	md, _ := metadata.FromIncomingContext(s.Context())
	f.mu.Lock()
	f.md = md
	f.mu.Unlock()
	switch info.FullMethod {
	case etalonv1.BlobService_UploadBlob_FullMethodName, etalonv1.RegistryService_ExportRegistry_FullMethodName,
		etalonv1.RegistryService_ImportRegistry_FullMethodName:
		if v := md["authorization"]; len(v) != 1 || v[0] != fakeToken {
			return status.Error(codes.Unauthenticated, "who are you?")
		}
	}
	return next(srv, s)
}

func (f *fake) GetVersion(_ context.Context, req *etalonv1.GetVersionRequest) (*etalonv1.Version, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v := f.versions[req.GetName()]; v != nil {
		return v, nil
	}
	return nil, withDetails(codes.NotFound, req.GetName()+" is not there", &errdetails.ErrorInfo{Reason: "NOT_FOUND", Domain: domain},
		&errdetails.ResourceInfo{ResourceName: req.GetName()})
}

func (f *fake) GetAuthority(_ context.Context, req *etalonv1.GetAuthorityRequest) (*etalonv1.Authority, error) {
	if f.hasBelow(req.GetName()) {
		return &etalonv1.Authority{Name: req.GetName()}, nil
	}
	return nil, withDetails(codes.NotFound, req.GetName()+" is not there", &errdetails.ErrorInfo{Reason: "NOT_FOUND", Domain: domain})
}

func (f *fake) GetStandard(_ context.Context, req *etalonv1.GetStandardRequest) (*etalonv1.Standard, error) {
	if f.hasBelow(req.GetName()) {
		return &etalonv1.Standard{Name: req.GetName()}, nil
	}
	return nil, withDetails(codes.NotFound, req.GetName()+" is not there", &errdetails.ErrorInfo{Reason: "NOT_FOUND", Domain: domain})
}

// hasBelow says whether there is a version below an authority or a standard.
func (f *fake) hasBelow(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for v := range f.versions {
		if strings.HasPrefix(v, name+"/") {
			return true
		}
	}
	return false
}

func (f *fake) ListFiles(_ context.Context, req *etalonv1.ListFilesRequest) (*etalonv1.ListFilesResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, _ := strconv.Atoi(req.GetPageToken())
	all := f.files[req.GetParent()]
	end := min(len(all), at+2) // small pages, so that there are several
	res := &etalonv1.ListFilesResponse{Files: all[at:end], Revision: f.revision.Load()}
	if end < len(all) {
		res.NextPageToken = strconv.Itoa(end)
	}
	return res, nil
}

func (f *fake) ListStandards(_ context.Context, req *etalonv1.ListStandardsRequest) (*etalonv1.ListStandardsResponse, error) {
	return &etalonv1.ListStandardsResponse{
		Standards: []*etalonv1.Standard{{Name: req.GetParent() + "/standards/x", Kind: etalonv1.Kind_KIND_FORMAT}}, Revision: f.revision.Load(),
	}, nil
}

func (f *fake) Resolve(_ context.Context, req *etalonv1.ResolveRequest) (*etalonv1.ResolveResponse, error) {
	if req.GetRef() == "nowhere" {
		return nil, withDetails(codes.NotFound, "nothing is called nowhere", &errdetails.ErrorInfo{Reason: "DESIGNATION_NOT_FOUND", Domain: domain},
			&etalonv1.Failure{Reason: "DESIGNATION_NOT_FOUND", Candidates: []*etalonv1.Candidate{{Ref: "ocp/ocds", Score: 0.5}}})
	}
	res := &etalonv1.ResolveResponse{Ref: req.GetRef(), Status: etalonv1.Status_STATUS_PUBLISHED, Revision: f.revision.Load()}
	if req.GetMember() != "" {
		res.Member = &etalonv1.Member{Id: req.GetMember()}
	}
	return res, nil
}

func (f *fake) CreateAuthority(_ context.Context, req *etalonv1.CreateAuthorityRequest) (*etalonv1.Authority, error) {
	return &etalonv1.Authority{Name: "authorities/" + req.GetAuthorityId(), Titles: req.GetAuthority().GetTitles()}, nil
}

func (f *fake) UpdateAuthority(_ context.Context, req *etalonv1.UpdateAuthorityRequest) (*etalonv1.Authority, error) {
	return req.GetAuthority(), nil
}

func (f *fake) GetRegistry(context.Context, *etalonv1.GetRegistryRequest) (*etalonv1.Registry, error) {
	return &etalonv1.Registry{
		Id: "2f0e0f9e-6d3c-4b58-9a43-0e6f4a3f9f10", Revision: f.revision.Load(),
		AuthorityCount: 12, StandardCount: 1043, VersionCount: 2345678, ServerVersion: "v0.1.0",
		StalenessSeconds: f.staleness.Load(),
	}, nil
}

func (f *fake) DownloadBlob(req *etalonv1.DownloadBlobRequest, s grpc.ServerStreamingServer[etalonv1.DownloadBlobResponse]) error {
	f.mu.Lock()
	b, ok := f.blobs[req.GetDigest()]
	reason := f.redacted[req.GetDigest()]
	f.mu.Unlock()
	switch {
	case reason != "":
		return withDetails(codes.FailedPrecondition, "redacted: "+reason, &errdetails.ErrorInfo{Reason: "REDACTED", Domain: domain})
	case !ok:
		return withDetails(codes.NotFound, "no such blob", &errdetails.ErrorInfo{Reason: "NOT_FOUND", Domain: domain})
	}
	m := &etalonv1.DownloadBlobResponse{SizeBytes: int64(len(b))}
	part := b[req.GetOffset():]
	if n := req.GetLimit(); n > 0 && n < int64(len(part)) {
		part = part[:n]
	}
	for sent := int64(1); ; sent++ {
		if b := f.breakAfter.Load(); b > 0 && sent > b {
			return status.Error(codes.Unavailable, "the store is away")
		}
		n := min(len(part), 100)
		m.Data, part = part[:n], part[n:]
		if err := s.Send(m); err != nil {
			return err
		}
		if len(part) == 0 {
			return nil
		}
		m = &etalonv1.DownloadBlobResponse{}
	}
}

func (f *fake) UploadBlob(s grpc.ClientStreamingServer[etalonv1.UploadBlobRequest, etalonv1.UploadBlobResponse]) error {
	first, err := s.Recv()
	if err != nil {
		return err
	}
	if first.GetHeader().GetSizeBytes() > 1<<20 {
		return withDetails(codes.InvalidArgument, "blob_bytes is 1048576", &errdetails.ErrorInfo{
			Reason: "LIMIT_EXCEEDED", Domain: domain, Metadata: map[string]string{"limit": "blob_bytes"},
		})
	}
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
	if d := first.GetHeader().GetDigest(); digestOf(got.Bytes()) != d || int64(got.Len()) != first.GetHeader().GetSizeBytes() {
		return withDetails(codes.InvalidArgument, "other bytes", &errdetails.ErrorInfo{Reason: "DIGEST_MISMATCH", Domain: domain})
	}
	f.mu.Lock()
	f.blobs[first.GetHeader().GetDigest()] = got.Bytes()
	f.mu.Unlock()
	return s.SendAndClose(&etalonv1.UploadBlobResponse{Digest: first.GetHeader().GetDigest(), SizeBytes: int64(got.Len())})
}

func (f *fake) ExportRegistry(req *etalonv1.ExportRegistryRequest, s grpc.ServerStreamingServer[etalonv1.ExportRegistryResponse]) error {
	for _, part := range []string{"tar ", strconv.FormatBool(req.GetWithoutBlobs())} {
		if err := s.Send(&etalonv1.ExportRegistryResponse{Data: []byte(part)}); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) ImportRegistry(s grpc.ClientStreamingServer[etalonv1.ImportRegistryRequest, etalonv1.ImportRegistryResponse]) error {
	var n int64
	for {
		m, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return s.SendAndClose(&etalonv1.ImportRegistryResponse{RegistryId: "r", BlobCount: n})
		}
		if err != nil {
			return err
		}
		n += int64(len(m.GetData()))
	}
}

func (f *fake) Watch(req *etalonv1.WatchRequest, s grpc.ServerStreamingServer[etalonv1.WatchResponse]) error {
	f.mu.Lock()
	f.requests = append(f.requests, req)
	f.mu.Unlock()
	switch {
	case req.GetRegistryId() != "" && req.GetRegistryId() != "here":
		return withDetails(codes.FailedPrecondition, "another registry", &errdetails.ErrorInfo{Reason: "OTHER_REGISTRY", Domain: domain})
	case req.GetAfter() > f.revision.Load():
		return withDetails(codes.OutOfRange, "in the future", &errdetails.ErrorInfo{Reason: "REVISION_IN_FUTURE", Domain: domain})
	}
	if err := s.SendHeader(metadata.MD{mdRequestID: {"x"}, mdRevision: {"41"}}); err != nil {
		return err
	}
	for {
		select {
		case m, ok := <-f.feed:
			if !ok {
				return withDetails(codes.ResourceExhausted, "too slow", &errdetails.ErrorInfo{Reason: "SLOW_READER", Domain: domain})
			}
			if err := s.Send(m); err != nil {
				return err
			}
		case <-s.Context().Done():
			return s.Context().Err()
		}
	}
}

// withDetails is a status as the services make them.
func withDetails(code codes.Code, message string, details ...proto.Message) error {
	st := status.New(code, message)
	for _, d := range details {
		var err error
		if st, err = st.WithDetails(protoadapt.MessageV1Of(d)); err != nil {
			return err
		}
	}
	return st.Err()
}
