package codec

import (
	"fmt"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// The kinds of key, in key order. But for KindMeta they end in "/".
const (
	KindAuthority   = "authority/"   // authority/<a>
	KindDesignation = "designation/" // designation/<normal form>
	KindDraft       = "draft/"       // draft/<a>/<s>/<v>
	KindLog         = "log/"         // log/<index>, log/head
	KindMeta        = "meta"         // meta
	KindRequest     = "request/"     // request/<id>
	KindStandard    = "standard/"    // standard/<a>/<s>
	KindStatus      = "status/"      // status/<a>/<s>/<v>/<n>
	KindVersion     = "version/"     // version/<a>/<s>/<v>
)

// LogHead is the key of the log's head.
const LogHead = KindLog + "head"

const (
	// Fixed widths, so that keys sort as numbers do.
	indexWidth = 20
	stepWidth  = 6
	maxStep    = 999_999
)

// EntryKey is the key of an entry of the log.
func EntryKey(i standard.Revision) string {
	return fmt.Sprintf("%s%0*d", KindLog, indexWidth, uint64(i))
}

// OutcomeKey is the key of the outcome of a request.
func OutcomeKey(id string) (string, error) {
	if id == "" {
		return "", fmt.Errorf("%w: an outcome without request id", store.ErrInvalidBatch)
	}
	return KindRequest + id, nil
}

// KeyOf is the key that a record belongs under. A version's has the id folded:
// ids of one standard are unique ignoring case, so create-only on this key is
// create-only on the id.
func KeyOf(r store.Record) (string, error) {
	switch r := r.(type) {
	case *standard.Authority:
		return join(KindAuthority, string(r.ID))
	case *standard.Standard:
		return join(KindStandard, string(r.Name.Authority), r.Name.Standard)
	case *standard.Version:
		return join(KindVersion, string(r.Name.Authority), r.Name.Standard, r.ID.Fold())
	case *standard.Step:
		return stepKey(r.Name, r.Version, r.Number)
	case *standard.DraftVersion:
		return draftKey(r.Version.Name, r.Version.ID)
	case store.DeletedDraft:
		return draftKey(r.Name, r.Version)
	case *store.DeletedDraft:
		return draftKey(r.Name, r.Version)
	case *standard.Designation:
		if r.Key == "" {
			return "", fmt.Errorf("%w: a designation without key", store.ErrInvalidBatch)
		}
		return KindDesignation + r.Key, nil
	case *standard.Outcome:
		return OutcomeKey(r.RequestID)
	case *standard.Entry:
		return EntryKey(r.Index), nil
	}
	return "", fmt.Errorf("%w: %T is no record", store.ErrInvalidBatch, r)
}

func draftKey(n standard.Name, v standard.VersionID) (string, error) {
	return join(KindDraft, string(n.Authority), n.Standard, v.Fold())
}

func stepKey(n standard.Name, v standard.VersionID, number int) (string, error) {
	if number < 1 || number > maxStep {
		return "", fmt.Errorf("%w: step number %d, 1 to %d are allowed", store.ErrInvalidBatch, number, maxStep)
	}
	return join(KindStatus, string(n.Authority), n.Standard, v.Fold(), fmt.Sprintf("%0*d", stepWidth, number))
}

// join refuses parts that would give the key another meaning.
func join(kind string, parts ...string) (string, error) {
	for _, p := range parts {
		if p == "" || strings.IndexByte(p, '/') >= 0 {
			return "", fmt.Errorf("%w: %q in a key of %s", store.ErrInvalidBatch, p, kind)
		}
	}
	return kind + strings.Join(parts, "/"), nil
}

// DraftOf parses a draft's key; the id comes folded.
func DraftOf(key string) (standard.Name, standard.VersionID, bool) {
	rest, ok := strings.CutPrefix(key, KindDraft)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return standard.Name{}, "", false
	}
	return standard.Name{Authority: standard.AuthorityID(parts[0]), Standard: parts[1]}, standard.VersionID(parts[2]), true
}

// KindOf is the kind of a key, whether there is such a kind or not.
func KindOf(key string) string {
	if i := strings.IndexByte(key, '/'); i >= 0 {
		return key[:i+1]
	}
	return key
}
