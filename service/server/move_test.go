package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

func TestExportAndImport(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	r.publish(ocds, "1.0.0")
	archive := r.export()
	to := start(t, "")
	stream, err := to.registries.ImportRegistry(to.admin())
	must(t, stream, err)
	for part := range slices.Chunk(archive, 100<<10) {
		if err := stream.Send(&etalonv1.ImportRegistryRequest{Data: part}); err != nil {
			break // the answer has the reason
		}
	}
	done, err := stream.CloseAndRecv()
	must(t, done, err)
	from, err := r.registries.GetRegistry(context.Background(), &etalonv1.GetRegistryRequest{})
	must(t, from, err)
	var now *etalonv1.Registry
	eventually(t, "imported", func() bool {
		now, err = to.registries.GetRegistry(context.Background(), &etalonv1.GetRegistryRequest{MinRevision: done.GetRevision()})
		return err == nil && now.GetVersionCount() == 1
	})
	if now.GetId() != from.GetId() || now.GetRevision() != from.GetRevision() || done.GetRegistryId() != from.GetId() {
		t.Errorf("imported as %v, want %v", now, from)
	}
	if !bytes.Equal(archive, to.export()) {
		t.Error("the second export differs from the first")
	}
}

func (r *running) export() []byte {
	r.t.Helper()
	stream, err := r.registries.ExportRegistry(r.admin(), &etalonv1.ExportRegistryRequest{})
	must(r.t, stream, err)
	var b bytes.Buffer
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return b.Bytes()
		}
		b.Write(must(r.t, m, err).GetData())
	}
}

func TestIdempotentRequests(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	req := r.release(ocds, "1.0.0", "content")
	req.RequestId = "8d4c1b1e-0001"
	first, err := r.publishing.PublishVersion(r.admin(), req)
	must(t, first, err)
	again, err := r.publishing.PublishVersion(r.admin(), req)
	if must(t, again, err).GetRevision() != first.GetRevision() {
		t.Errorf("the same request gave revisions %d and %d", first.GetRevision(), again.GetRevision())
	}
	other := r.release(ocds, "1.0.1", "content")
	other.RequestId = req.GetRequestId()
	_, err = r.publishing.PublishVersion(r.admin(), other)
	wantError(t, err, codes.InvalidArgument, "INVALID")
	check := r.release(ocds, "9.0.0", "content")
	check.ValidateOnly = true
	v, err := r.publishing.PublishVersion(r.admin(), check)
	must(t, v, err)
	_, err = r.versions.GetVersion(r.admin(), &etalonv1.GetVersionRequest{Name: ocds + "/versions/9.0.0"})
	wantError(t, err, codes.NotFound, "NOT_FOUND")
}
