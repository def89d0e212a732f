package document

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/etalon-registry/etalon/service/document/pdftext"
)

func TestPagePlaces(t *testing.T) {
	places := pagePlaces{0, 10, 10, 25}
	for offset, want := range map[int]int{0: 1, 9: 1, 10: 3, 24: 3, 25: 4, 100: 4} {
		if got := places.place(offset); got != (Place{Page: want}) {
			t.Errorf("offset %d: got %+v, want page %d", offset, got, want)
		}
	}
	if got := pagePlaces(nil).place(0); got != (Place{Page: 1}) {
		t.Errorf("no pages: %+v", got)
	}
}

func TestExplainPDF(t *testing.T) {
	for _, pair := range [][2]error{{pdftext.ErrBroken, ErrBroken}, {pdftext.ErrEncrypted, ErrEncrypted}, {pdftext.ErrTooLarge, ErrTooLarge}} {
		theirs := fmt.Errorf("page 3: %w", pair[0])
		if err := explainPDF(theirs); !errors.Is(err, pair[1]) || !errors.Is(err, theirs) {
			t.Errorf("%v is explained as %v", theirs, err)
		}
	}
	if _, err := Read(context.Background(), "a.pdf", []byte("%PDF-1.7\nno more"), Limits{}); !errors.Is(err, ErrBroken) {
		t.Errorf("a cut file: %v", err)
	}
}
