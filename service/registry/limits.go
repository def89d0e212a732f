package registry

import (
	"errors"
	"fmt"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// Limits bounds what one request may hold. Sizes are in bytes.
type Limits struct {
	NameBytes              int64 // "name_bytes": the name of an authority or a standard
	PathBytes              int64 // "path_bytes": the path of a file
	FilesPerVersion        int64 // "files_per_version"
	BlobBytes              int64 // "blob_bytes": one file
	ReleaseBytes           int64 // "release_bytes": all files of a version
	ManifestBytes          int64 // "manifest_bytes": the canonical manifest
	BatchRefs              int64 // "batch_refs": references in one batch resolve
	PageSize               int64 // "page_size": items in a page
	DocumentBytes          int64 // "document_bytes": a document to check
	DesignationsPerVersion int64 // "designations_per_version"; also of a standard
	MembersPerVersion      int64 // "members_per_version"
	RelationsPerVersion    int64 // "relations_per_version"; also of a standard
	LinksPerVersion        int64 // "links_per_version"
	TextBytes              int64 // "text_bytes": one text, such as a description or a note
	ListItems              int64 // "list_items": sectors, contacts, texts, prefixes
	RecordBytes            int64 // "record_bytes": one stored record
}

// MaxCitations is how many citations a document may have that is sent to be
// read: the answer tells of each of them, and has to stay a message.
const MaxCitations = 20_000

// DefaultLimits are the limits where none are configured.
func DefaultLimits() Limits {
	return Limits{
		NameBytes:              standard.MaxNameLen,
		PathBytes:              1024,
		FilesPerVersion:        4000,
		BlobBytes:              64 << 20,
		ReleaseBytes:           512 << 20,
		ManifestBytes:          8 << 20,
		BatchRefs:              1000,
		PageSize:               1000,
		DocumentBytes:          64 << 20,
		DesignationsPerVersion: 64,
		MembersPerVersion:      10_000,
		RelationsPerVersion:    1000,
		LinksPerVersion:        1000,
		TextBytes:              64 << 10,
		ListItems:              200,
		RecordBytes:            512 << 10,
	}
}

// Map gives the limits by name, as the public contract shows them, those that
// can't be configured among them.
func (l Limits) Map() map[string]int64 {
	m := map[string]int64{
		"line_bytes": maxLine, "designation_bytes": resolve.MaxTextLen, "request_id_bytes": maxRequestID,
		"bundle_refs": maxBundleRefs, "bundle_standards": maxBundleStandards, "citations_per_document": MaxCitations,
		"tags_per_publication": maxTags, "designations_per_publication": maxDesignations, "steps_per_version": maxSteps,
	}
	for _, f := range l.fields() {
		m[f.name] = f.value
	}
	return m
}

// Validate says which limits can't be honoured.
func (l Limits) Validate() error {
	var errs []error
	for _, f := range l.fields() {
		if f.value < 1 || f.value > f.most {
			errs = append(errs, fmt.Errorf("limit %s is %d, 1 to %d are possible", f.name, f.value, f.most))
		}
	}
	return errors.Join(errs...)
}

type limitField struct {
	name        string
	value, most int64
}

// fields lists the limits with the most that the rest of the program bears:
// a record and its entries have to fit in one transaction.
func (l Limits) fields() []limitField {
	return []limitField{
		{"name_bytes", l.NameBytes, standard.MaxNameLen},
		{"path_bytes", l.PathBytes, 4096},
		{"files_per_version", l.FilesPerVersion, 100_000},
		{"blob_bytes", l.BlobBytes, 1 << 30},
		{"release_bytes", l.ReleaseBytes, 1 << 40},
		{"manifest_bytes", l.ManifestBytes, 64 << 20},
		{"batch_refs", l.BatchRefs, 100_000},
		{"page_size", l.PageSize, 100_000},
		{"document_bytes", l.DocumentBytes, 256 << 20},
		{"designations_per_version", l.DesignationsPerVersion, 80},
		{"members_per_version", l.MembersPerVersion, 100_000},
		{"relations_per_version", l.RelationsPerVersion, 10_000},
		{"links_per_version", l.LinksPerVersion, 10_000},
		{"text_bytes", l.TextBytes, store.MaxBatchBytes / 2},
		{"list_items", l.ListItems, 10_000},
		{"record_bytes", l.RecordBytes, store.MaxBatchBytes * 3 / 4},
	}
}
