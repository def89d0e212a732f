package etcdstore

import (
	"fmt"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store/codec"
)

// The default prefixes. The catalogue is watched, the blobs are not.
const (
	DefaultCataloguePrefix = "/etalon/v1/catalogue/"
	DefaultBlobPrefix      = "/etalon/v1/blob/"
)

// kindRestore is the key that is there while a restore is unfinished. Outcomes,
// under codec.KindRequest, are on a lease.
const kindRestore = "restore"

// recordKinds are the kinds that Load reads, authorities and standards first.
var recordKinds = [...]string{codec.KindAuthority, codec.KindStandard, codec.KindDesignation, codec.KindVersion, codec.KindStatus, codec.KindDraft}

// chunkWidth is fixed, so that keys sort as numbers do.
const chunkWidth = 6

// keys builds every key of the store.
type keys struct {
	catalogue, blob string // prefixes, ending in "/"
}

func (k keys) head() string    { return k.catalogue + codec.LogHead }
func (k keys) meta() string    { return k.catalogue + codec.KindMeta }
func (k keys) restore() string { return k.catalogue + kindRestore }

func (k keys) entry(i standard.Revision) string { return k.catalogue + codec.EntryKey(i) }

// logEnd is the end of the range of the entries: log/head sorts after it.
func (k keys) logEnd() string { return k.catalogue + codec.KindLog + ":" }

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
