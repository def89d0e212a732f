package standardfont_test

import (
	"testing"

	"github.com/etalon-registry/etalon/service/document/pdftext/standardfont"
)

func TestWidth(t *testing.T) {
	tests := []struct {
		font string
		r    rune
		want float64
	}{
		{"Helvetica", ' ', 278}, {"Helvetica", 'W', 944}, {"Helvetica", '~', 584}, {"Helvetica-Bold", 'a', 556},
		{"Times-Roman", 'A', 722}, {"Times-Bold", 'M', 944}, {"TimesNewRomanPSMT", 'i', 278},
		{"Courier-Oblique", 'i', 600}, {"Unheard", '0', 556},
		{"Helvetica", 'é', 556}, {"Times-Roman", 'Å', 722}, {"Helvetica", '…', 1000}, {"Helvetica", '漢', 556},
	}
	for _, tt := range tests {
		if got := standardfont.Width(tt.font, tt.r); got != tt.want {
			t.Errorf("Width(%q, %q) = %v, want %v", tt.font, tt.r, got, tt.want)
		}
	}
}
