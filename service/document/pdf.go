package document

import (
	"context"
	"errors"
	"sort"

	"github.com/etalon-registry/etalon/service/document/pdftext"
)

// readPDF reads a PDF file; see package pdftext.
func readPDF(ctx context.Context, data []byte, b *budget) (*Document, error) {
	result, err := pdftext.Read(ctx, data, pdftext.Limits{
		ExpandedBytes: b.ExpandedBytes,
		TextBytes:     b.TextBytes,
		Depth:         b.Depth,
		Pages:         b.Pages,
		Time:          b.Time,
	})
	if stopped := b.stop(); stopped != nil {
		return nil, stopped
	}
	if err != nil {
		return nil, explainPDF(err)
	}
	return &Document{Format: PDF, Text: result.Text, Notes: result.Notes, places: pagePlaces(result.Pages)}, nil
}

// pdfError is an error of package pdftext, which says what, where and what to
// do, as one of ours.
type pdfError struct {
	error
	kind error
}

func (e pdfError) Unwrap() []error { return []error{e.kind, e.error} }

func explainPDF(err error) error {
	for theirs, ours := range map[error]error{
		pdftext.ErrBroken:    ErrBroken,
		pdftext.ErrEncrypted: ErrEncrypted,
		pdftext.ErrTooLarge:  ErrTooLarge,
	} {
		if errors.Is(err, theirs) {
			return pdfError{err, ours}
		}
	}
	return err
}

// pagePlaces are the offsets at which pages begin.
type pagePlaces []int

func (p pagePlaces) place(offset int) Place {
	return Place{Page: max(1, sort.SearchInts(p, offset+1))}
}

func (p pagePlaces) source(int, int) (int, int, bool) { return 0, 0, false }
