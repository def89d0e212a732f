package citation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/corpora"
)

// plainProse has the words that the anchors are written like, but cites
// nothing.
const plainProse = `The buyer wants a service that works for everyone, and asks suppliers to say how they will show it. In 2019 the
team ran twelve workshops with some 300 people; nobody asked for a standard then. Payment is due within 30 days, as is usual,
and the total must not exceed 1,250,000 euros en una sola vez. Requests for change go to the board. The board meets on Tuesdays
and is open to all; its minutes are published within a week. Special care is due where data on health are held. Web pages are
tested by people who use screen readers. International suppliers may bid, and British ones too. See section 4 for the details.

`

func BenchmarkProse(b *testing.B) {
	text := strings.Repeat(plainProse, 2000)
	if n := len(Scan(text)); n != 0 {
		b.Fatalf("the prose cites %d standards", n)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Scan(text)
	}
}

func BenchmarkSpecifications(b *testing.B) {
	files, err := filepath.Glob(filepath.Join(corpora.Folder(b, "specs", "text"), "*.txt"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no texts: %v", err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		all.Write(text)
		all.WriteString("\n\n")
	}
	text := strings.Repeat(all.String(), 8)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Scan(text)
	}
}
