package pdftext_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/etalon-registry/etalon/service/corpora"
	"github.com/etalon-registry/etalon/service/document/pdftext"
)

func corpusFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpora.Folder(t, "specs"), "docs", "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no PDF files in the corpora, %v", err)
	}
	return files
}

func readFile(t *testing.T, name string) pdftext.Result {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, data)
}

var (
	wordPattern = regexp.MustCompile(`[\p{L}\p{N}]+`)
	raisedMarks = regexp.MustCompile(`[⁰¹²³⁴⁵⁶⁷⁸⁹]+`)
)

// All words that another program reads are read. Words may be cut otherwise:
// the other one has "D ataset" where small capitals follow a capital, and
// glues marks of footnotes onto words.
func TestWordsOfTheCorpora(t *testing.T) {
	for _, name := range corpusFiles(t) {
		other, err := os.ReadFile(filepath.Join(corpora.Folder(t, "specs"), "text", strings.TrimSuffix(filepath.Base(name), ".pdf")+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		left := map[string]int{}
		for _, w := range wordPattern.FindAllString(norm.NFKC.String(readFile(t, name).Text), -1) {
			left[w]++
		}
		words := wordPattern.FindAllString(norm.NFKC.String(string(other)), -1)
		// Whole words first, then those that are parts of what is left of ours.
		var parts []string
		for _, w := range words {
			if left[w] > 0 {
				left[w]--
			} else {
				parts = append(parts, w)
			}
		}
		slices.SortStableFunc(parts, func(a, b string) int { return len(b) - len(a) })
		var ours []string
		for w, n := range left {
			ours = append(ours, slices.Repeat([]string{w}, n)...)
		}
		slices.Sort(ours)
		var missing []string
		for _, w := range parts {
			i := slices.IndexFunc(ours, func(own string) bool { return strings.Contains(own, w) })
			if i < 0 {
				missing = append(missing, w)
				continue
			}
			ours[i] = strings.Replace(ours[i], w, " ", 1)
		}
		count := len(words) - len(missing)
		recall := float64(count) / float64(len(words))
		t.Logf("%s: %d of %d words, %.4f", filepath.Base(name), count, len(words), recall)
		if recall < 0.99 {
			t.Errorf("%s: %.4f of the words, want 0.99; missing %q", filepath.Base(name), recall, missing[:min(40, len(missing))])
		}
	}
}

// Each citation that people found in the documents can be read, marks of
// footnotes apart.
func TestCitationsOfTheCorpora(t *testing.T) {
	type annotation struct {
		File, Cite, Class string
		Norm              any
		Flags             []string
	}
	file, err := os.Open(filepath.Join(corpora.Folder(t, "specs"), "annotations.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	texts := map[string]string{}
	for _, name := range corpusFiles(t) {
		text := raisedMarks.ReplaceAllString(readFile(t, name).Text, " ")
		texts[filepath.Base(name)] = strings.Join(strings.Fields(text), " ")
	}
	seen := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var a annotation
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		text, ok := texts[a.File]
		if !ok || a.Class != "numbered" {
			continue
		}
		seen++
		cite := strings.Join(strings.Fields(a.Cite), " ")
		if norm, ok := a.Norm.(string); ok && slices.Contains(a.Flags, "footnote-glued") {
			cite = norm
			if strings.Contains(text, strings.Join(strings.Fields(a.Cite), " ")) {
				t.Errorf("%s: the mark is still glued onto %q", a.File, a.Cite)
			}
		}
		if !strings.Contains(text, cite) {
			// Spaces within the number aside ("RFC3339").
			if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(cite, " ", "")) {
				t.Errorf("%s: %q (%v) is not in the text", a.File, a.Cite, a.Flags)
			}
		}
	}
	if seen == 0 {
		t.Error("no citations in PDF files")
	}
}
