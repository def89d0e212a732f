package etcdstore

import (
	"fmt"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// The default prefixes. The catalogue is watched, the blobs are not.
const (
	DefaultCataloguePrefix = "/etalon/v1/catalogue/"
	DefaultBlobPrefix      = "/etalon/v1/blob/"
)

// The kinds of key under the catalogue prefix, in key order.
const (
	kindAuthority   = "authority/"   // authority/<a>
	kindDesignation = "designation/" // designation/<normal form>
	kindDraft       = "draft/"       // draft/<a>/<s>/<v>
	kindLog         = "log/"         // log/<index>, log/head
	kindMeta        = "meta"         // meta
	kindRequest     = "request/"     // request/<id>, on a lease
	kindRestore     = "restore"      // while a restore is unfinished
	kindStandard    = "standard/"    // standard/<a>/<s>
	kindStatus      = "status/"      // status/<a>/<s>/<v>/<n>
	kindVersion     = "version/"     // version/<a>/<s>/<v>
)

// recordKinds are the kinds that Load reads, authorities and standards first.
var recordKinds = [...]string{kindAuthority, kindStandard, kindDesignation, kindVersion, kindStatus, kindDraft}

const (
	logHead = kindLog + "head"
	// Fixed widths, so that keys sort as numbers do.
	indexWidth = 20
	stepWidth  = 6
	chunkWidth = 6
	maxStep    = 999_999
)

// keys builds every key of the store.
type keys struct {
	catalogue, blob string // prefixes, ending in "/"
}

func (k keys) head() string    { return k.catalogue + logHead }
func (k keys) meta() string    { return k.catalogue + kindMeta }
func (k keys) restore() string { return k.catalogue + kindRestore }

func (k keys) entry(i standard.Revision) string {
	return fmt.Sprintf("%s%s%0*d", k.catalogue, kindLog, indexWidth, uint64(i))
}

// logEnd is the end of the range of the entries: log/head sorts after it.
func (k keys) logEnd() string { return k.catalogue + kindLog + ":" }

func (k keys) outcome(id string) (string, error) {
	if id == "" {
		return "", fmt.Errorf("%w: an outcome without request id", store.ErrInvalidBatch)
	}
	return k.catalogue + kindRequest + id, nil
}

func (k keys) authority(a standard.AuthorityID) (string, error) {
	return k.join(kindAuthority, string(a))
}

func (k keys) standard(n standard.Name) (string, error) {
	return k.join(kindStandard, string(n.Authority), n.Standard)
}

// version has the id folded: ids of one standard are unique ignoring case, so
// create-only on this key is create-only on the id.
func (k keys) version(n standard.Name, v standard.VersionID) (string, error) {
	return k.join(kindVersion, string(n.Authority), n.Standard, v.Fold())
}

func (k keys) draft(n standard.Name, v standard.VersionID) (string, error) {
	return k.join(kindDraft, string(n.Authority), n.Standard, v.Fold())
}

func (k keys) step(n standard.Name, v standard.VersionID, number int) (string, error) {
	if number < 1 || number > maxStep {
		return "", fmt.Errorf("%w: step number %d, 1 to %d are allowed", store.ErrInvalidBatch, number, maxStep)
	}
	return k.join(kindStatus, string(n.Authority), n.Standard, v.Fold(), fmt.Sprintf("%0*d", stepWidth, number))
}

func (k keys) designation(key string) (string, error) {
	if key == "" {
		return "", fmt.Errorf("%w: a designation without key", store.ErrInvalidBatch)
	}
	return k.catalogue + kindDesignation + key, nil
}

// join refuses parts that would give the key another meaning.
func (k keys) join(kind string, parts ...string) (string, error) {
	for _, p := range parts {
		if p == "" || strings.IndexByte(p, '/') >= 0 {
			return "", fmt.Errorf("%w: %q in a key of %s", store.ErrInvalidBatch, p, kind)
		}
	}
	return k.catalogue + kind + strings.Join(parts, "/"), nil
}

// draftOf parses a draft's key relative to the catalogue; the id comes folded.
func draftOf(rel string) (standard.Name, standard.VersionID, bool) {
	rest, ok := strings.CutPrefix(rel, kindDraft)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return standard.Name{}, "", false
	}
	return standard.Name{Authority: standard.AuthorityID(parts[0]), Standard: parts[1]}, standard.VersionID(parts[2]), true
}

// kindOf is the kind of a key relative to the catalogue, or "".
func kindOf(rel string) string {
	if i := strings.IndexByte(rel, '/'); i >= 0 {
		return rel[:i+1]
	}
	return rel
}

// Blobs. A marker says that a blob is whole, or redacted. Chunks belong to an
// upload, so that two uploads of one digest, one of which may lie about its
// bytes, never touch each other's.

func (k keys) markers() string { return k.blob + "marker/" }
func (k keys) uploads() string { return k.blob + "upload/" }

func (k keys) marker(d standard.Digest) string { return k.markers() + d.Hex() }

func (k keys) upload(d standard.Digest, id string) string {
	return k.uploads() + d.Hex() + "/" + id
}

// chunksOf is the prefix of every chunk of every upload of a digest.
func (k keys) chunksOf(d standard.Digest) string { return k.blob + "chunk/" + d.Hex() + "/" }

func (k keys) chunks(d standard.Digest, upload string) string {
	return k.chunksOf(d) + upload + "/"
}

func (k keys) chunk(d standard.Digest, upload string, n int64) string {
	return fmt.Sprintf("%s%0*d", k.chunks(d, upload), chunkWidth, n)
}

// digestOf parses the key of a marker or an upload; id is empty for a marker.
func (k keys) digestOf(key string) (d standard.Digest, id string, ok bool) {
	if rest, found := strings.CutPrefix(key, k.markers()); found {
		d, err := standard.ParseDigest("sha256:" + rest)
		return d, "", err == nil
	}
	rest, found := strings.CutPrefix(key, k.uploads())
	hex, id, cut := strings.Cut(rest, "/")
	if !found || !cut || id == "" {
		return d, "", false
	}
	d, err := standard.ParseDigest("sha256:" + hex)
	return d, id, err == nil
}

func prefixEnd(p string) string { return clientv3.GetPrefixRangeEnd(p) }
