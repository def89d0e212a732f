package document

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/etalon-registry/etalon/service/corpora"
)

// TestRealDocuments reads all of them. The text of those that are text already
// is the source.
func TestRealDocuments(t *testing.T) {
	folder := corpora.Folder(t, "specs")
	paths, err := filepath.Glob(filepath.Join(folder, "docs", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, path := range paths {
		doc, err := ReadFile(context.Background(), path, Limits{})
		if err != nil {
			t.Error(err)
			continue
		}
		if strings.TrimSpace(doc.Text) == "" {
			t.Errorf("%s has no text", path)
		}
		if doc.Format != Markdown && doc.Format != Text && doc.Format != YAML {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.ReplaceAll(string(source), "\r\n", "\n"); doc.Text != want {
			t.Errorf("%s: the text is not the source", path)
		}
	}
}

// TestRealDOCX compares the words of Word documents with those that another
// program reads.
func TestRealDOCX(t *testing.T) {
	folder := corpora.Folder(t, "specs")
	paths, err := filepath.Glob(filepath.Join(folder, "docs", "*.docx"))
	if err != nil || len(paths) == 0 {
		t.Skip("there is no Word document")
	}
	marks := regexp.MustCompile(`[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[\d+\]`) // of footnotes, which the two write differently
	words := regexp.MustCompile(`[\pL\pN]+`)
	count := func(text string) map[string]int {
		counts := map[string]int{}
		for _, word := range words.FindAllString(marks.ReplaceAllString(text, ""), -1) {
			counts[word]++
		}
		return counts
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".docx")
		doc, err := ReadFile(context.Background(), path, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := os.ReadFile(filepath.Join(folder, "text", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		body := doc.Text // the other program leaves out headers and footers
		for at := strings.LastIndex(body, "\n\n"); at > 0; at = strings.LastIndex(body, "\n\n") {
			if part := doc.Place(at + 2).Part; part != "header" && part != "footer" {
				break
			}
			body = body[:at]
		}
		ours, want := count(body), count(string(theirs))
		same, total, read := 0, 0, 0
		for word, n := range want {
			total += n
			same += min(n, ours[word])
		}
		for _, n := range ours {
			read += n
		}
		t.Logf("%s: %d words, %d of them as in the other program's %d", name, read, same, total)
		if float64(same) < 0.998*float64(total) || float64(same) < 0.998*float64(read) {
			t.Errorf("%s: %d words, %d of them as in the other program's %d", name, read, same, total)
		}
	}
}
