package registry

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

var errTmp = errors.ErrUnsupported

// Start reads the registry's identity, writes the first entry of an empty
// registry's log, and starts the committer and the sweeper. The replica must
// have been started.
func (r *Registry) Start(ctx context.Context) error { return errTmp }

// Stop refuses new writes, ends those that wait with ErrClosed, and waits for
// the goroutines.
func (r *Registry) Stop() {}

// ReadOptions says how fresh a read must be.
type ReadOptions struct {
	MinRevision  standard.Revision // wait for at least this one; 0: any
	Linearizable bool              // see every write acknowledged before
}

// Reading is the catalogue as a read may see it.
type Reading struct {
	*replica.Snapshot
	Staleness time.Duration // 0: level with the store
}

// Read gives a snapshot that is as fresh as asked.
func (r *Registry) Read(ctx context.Context, o ReadOptions) (Reading, error) {
	return Reading{}, errTmp
}

// Manifest reads the manifest of a version by its digest.
func (r *Registry) Manifest(ctx context.Context, d standard.Digest) (*standard.Manifest, error) {
	return nil, errTmp
}

// Changes reads the log after a revision, drafts included.
func (r *Registry) Changes(ctx context.Context, after standard.Revision, limit int) ([]*standard.Entry, error) {
	return nil, errTmp
}

// PutBlob stores a blob.
func (r *Registry) PutBlob(ctx context.Context, d standard.Digest, size int64, from io.Reader) error {
	return errTmp
}

// OpenBlob reads length bytes of a blob from offset on; length 0: to the end.
func (r *Registry) OpenBlob(ctx context.Context, d standard.Digest, offset, length int64) (io.ReadCloser, store.BlobInfo, error) {
	return nil, store.BlobInfo{}, errTmp
}

// MissingBlobs says which blobs are not stored, in the order asked.
func (r *Registry) MissingBlobs(ctx context.Context, ds []standard.Digest) ([]standard.Digest, error) {
	return nil, errTmp
}

// RedactBlob removes a blob's bytes for ever.
func (r *Registry) RedactBlob(ctx context.Context, c Caller, d standard.Digest, reason string) (Receipt, error) {
	return Receipt{}, errTmp
}

// CreateAuthority makes an authority.
func (r *Registry) CreateAuthority(ctx context.Context, c Caller, a *standard.Authority) (*standard.Authority, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// UpdateAuthority changes the fields that the mask names.
func (r *Registry) UpdateAuthority(ctx context.Context, c Caller, a *standard.Authority, mask []string, etag string) (*standard.Authority, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// CreateStandard makes a standard without versions.
func (r *Registry) CreateStandard(ctx context.Context, c Caller, s *standard.Standard) (*resolve.Standard, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// UpdateStandard changes the fields that the mask names.
func (r *Registry) UpdateStandard(ctx context.Context, c Caller, s *standard.Standard, mask []string, etag string) (*resolve.Standard, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// SetTag lets a tag name a version.
func (r *Registry) SetTag(ctx context.Context, c Caller, n standard.Name, tag string, v standard.VersionID, effective time.Time) (*resolve.Standard, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// RemoveTag ends a tag.
func (r *Registry) RemoveTag(ctx context.Context, c Caller, n standard.Name, tag string, effective time.Time) (*resolve.Standard, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// Designated says how a designation was recorded.
type Designated struct {
	Key   string // normal form
	Owner bool   // claimed by the owner of its prefix; false: an alias
}

// AddDesignation records a designation of a standard (v empty) or version.
func (r *Registry) AddDesignation(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, text string, effective time.Time) (Designated, Receipt, error) {
	return Designated{}, Receipt{}, errTmp
}

// RemoveDesignation ends a claim or an alias.
func (r *Registry) RemoveDesignation(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, text string, effective time.Time) (Receipt, error) {
	return Receipt{}, errTmp
}

// Publication is a whole release.
type Publication struct {
	Name standard.Name
	// Version is what is to be published. Name, Digest, Recorded, FileCount,
	// TotalBytes and Revision are ignored, ID is required.
	Version standard.Version
	Files   []standard.File
	// Standard describes the standard for when it is new; nil: it is not.
	Standard *standard.Standard
	Tags     []string // to set to this version
}

// Published says what was published.
type Published struct {
	Version         *resolve.Version
	Already         bool // it was there, with the same content
	StandardCreated bool
	Warnings        []string // plain sentences
	Receipt         Receipt
}

// Publish publishes a version in one go.
func (r *Registry) Publish(ctx context.Context, c Caller, p Publication) (Published, error) {
	return Published{}, errTmp
}

// CreateDraft begins a version that can still be edited.
func (r *Registry) CreateDraft(ctx context.Context, c Caller, d *standard.DraftVersion) (*standard.DraftVersion, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// UpdateDraft changes the fields that the mask names.
func (r *Registry) UpdateDraft(ctx context.Context, c Caller, d *standard.DraftVersion, mask []string, etag string) (*standard.DraftVersion, Receipt, error) {
	return nil, Receipt{}, errTmp
}

// DeleteDraft throws a draft away.
func (r *Registry) DeleteDraft(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, etag string) (Receipt, error) {
	return Receipt{}, errTmp
}

// PublishDraft publishes a draft and ends it.
func (r *Registry) PublishDraft(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, etag string, tags []string) (Published, error) {
	return Published{}, errTmp
}

// Step records a step in the life of a version. Number, Recorded, Actor and
// Revision are ignored; a zero Effective is now.
func (r *Registry) Step(ctx context.Context, c Caller, n standard.Name, v standard.VersionID, s standard.Step) (*resolve.Version, Receipt, error) {
	return nil, Receipt{}, errTmp
}

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

// Sweep removes orphaned blobs once, and says how many and how many bytes.
func (r *Registry) Sweep(ctx context.Context) (n int, freed int64, err error) { return 0, 0, errTmp }

type committer struct{}
type manifestCache struct{}
type blobCache struct{}
type wholeCache struct{}
type outcomeCache struct{}

func newCommitter(*Registry) *committer       { return nil }
func newManifestCache(n int64) *manifestCache { return nil }
func newBlobCache(n int64) *blobCache         { return nil }
func newWholeCache() *wholeCache              { return nil }
func newOutcomeCache() *outcomeCache          { return nil }
