package registry

import (
	"context"
	"errors"
	"io"

	"github.com/etalon-registry/etalon/service/standard"
)

var errTmp = errors.ErrUnsupported

// Export writes the whole registry as a tar archive.
func (r *Registry) Export(ctx context.Context, w io.Writer, withBlobs bool) error { return errTmp }

// Imported says what an archive held.
type Imported struct {
	RegistryID string
	Revision   standard.Revision
	Blobs      int64 // their number
	BlobBytes  int64
}

// Import takes an export into an empty registry.
func (r *Registry) Import(ctx context.Context, from io.Reader) (Imported, error) {
	return Imported{}, errTmp
}
