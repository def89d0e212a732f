package pdftext_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/document/pdftext"
	"github.com/etalon-registry/etalon/service/document/pdftext/pdftest"
)

// long is a file of full pages of running text.
func long(pages int) []byte {
	f := pdftest.File{Packed: true}
	for i := range pages {
		var lines []string
		for len(lines) < 48 {
			text := fmt.Sprintf("%d.%d %s The supplier meets BS EN ISO 19650-%d:2018 and RFC %d. ", i+1, len(lines), lorem, i%5+1, 1000+i)
			lines = append(append(lines, pdftest.Wrap(text, pdftest.Size, 450)...), "")
		}
		f.Pages = append(f.Pages, pdftest.Lines(lines))
	}
	return f.Bytes()
}

func BenchmarkRead(b *testing.B) {
	const pages = 300
	data := long(pages)
	b.SetBytes(int64(len(data)))
	var text int
	for b.Loop() {
		r, err := pdftext.Read(context.Background(), data, pdftext.Limits{})
		if err != nil || len(r.Pages) != pages {
			b.Fatal(len(r.Pages), err)
		}
		text = len(r.Text)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pages, "µs/page")
	b.ReportMetric(float64(text), "text-bytes")
}

// A generous bound, for busy machines: the aim is 3 ms a page.
func TestLongFileIsReadInTime(t *testing.T) {
	data := long(300)
	start := time.Now()
	r := read(t, data)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("%d pages took %v", len(r.Pages), took)
	}
	if len(r.Pages) != 300 || len(r.Text) < 300*2000 {
		t.Errorf("%d pages, %d bytes of text", len(r.Pages), len(r.Text))
	}
}
