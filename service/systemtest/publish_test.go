package systemtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// content is made-up bytes for one file, the same for the same seed.
func content(seed uint64, size int) []byte {
	b := make([]byte, size)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = "0123456789abcdef"[r.IntN(16)]
	}
	return b
}

// publishMade publishes a version with made-up files by way of the API and
// returns its digest.
func publishMade(ctx context.Context, c *client.Client, name standard.Name, id string, sizes ...int) (string, error) {
	req := &etalonv1.PublishVersionRequest{
		Parent:    name.Resource(),
		VersionId: id,
		Version:   &etalonv1.Version{},
		Standard: &etalonv1.Standard{
			Titles: []*etalonv1.Text{{Language: "en", Value: "Made-up standard " + name.Standard}},
			Kind:   etalonv1.Kind_KIND_FORMAT,
			Scheme: etalonv1.VersionScheme_VERSION_SCHEME_NUMERIC,
		},
	}
	for i, size := range sizes {
		b := content(uint64(len(id))<<32+uint64(i)+uint64(id[len(id)-1]), size)
		d := standard.DigestOf(b)
		if err := c.Upload(ctx, d, int64(size), bytes.NewReader(b)); err != nil {
			return "", err
		}
		req.Files = append(req.Files, &etalonv1.File{Path: fmt.Sprintf("file %d.txt", i), SizeBytes: int64(size), Digest: d.String()})
	}
	res, err := c.Publishing.PublishVersion(ctx, req)
	if err != nil {
		return "", err
	}
	return res.GetVersion().GetDigest(), nil
}

// checkWhole says what is wrong with a version that must be there whole: its
// manifest has its digest and every file has its own.
func checkWhole(ctx context.Context, c *client.Client, name standard.Name, id string) error {
	v, err := c.Versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: standard.VersionResource(name, standard.VersionID(id))})
	if err != nil {
		return err
	}
	digest, err := standard.ParseDigest(v.GetDigest())
	if err != nil {
		return err
	}
	var raw bytes.Buffer
	if err := c.Download(ctx, digest, &raw); err != nil {
		return err
	}
	m, err := standard.ParseManifest(raw.Bytes())
	if err != nil {
		return err
	}
	if m.Name != name || string(m.Version) != id || len(m.Files) != int(v.GetFileCount()) {
		return fmt.Errorf("the manifest of %s@%s is of %s@%s with %d files, not %d", name, id, m.Name, m.Version, len(m.Files), v.GetFileCount())
	}
	for _, f := range m.Files {
		var b bytes.Buffer
		if err := c.Download(ctx, f.Digest, &b); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		if int64(b.Len()) != f.Size {
			return fmt.Errorf("%s: %d bytes, want %d", f.Path, b.Len(), f.Size)
		}
	}
	return nil
}

// absent says whether an error is the answer that there is no such thing.
func absent(err error) bool {
	var s interface{ GRPCStatus() *status.Status }
	return errors.As(err, &s) && s.GRPCStatus().Code() == codes.NotFound
}

// createAuthority makes an authority and takes one that is there for made.
func createAuthority(ctx context.Context, c *client.Client, id string) error {
	_, err := c.Authorities.CreateAuthority(ctx, &etalonv1.CreateAuthorityRequest{
		AuthorityId: id,
		Authority:   &etalonv1.Authority{Titles: []*etalonv1.Text{{Language: "en", Value: "Authority " + id}}},
	})
	if status.Code(err) == codes.AlreadyExists {
		return nil
	}
	return err
}
