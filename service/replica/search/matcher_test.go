package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBest(t *testing.T) {
	texts := []Text{
		{FieldTitle, "Open Contracting Data Standard"},
		{FieldDescription, "Publishes data and documents at all stages of contracting"},
		{FieldDesignation, "EN 301 549"},
	}
	for query, want := range map[string]Field{
		"contracting":        FieldTitle,
		"open contr":         FieldTitle,
		"contracting stages": FieldDescription,
		"documnets":          FieldDescription,
		"EN301549":           FieldDesignation,
		"nothing":            FieldUnspecified,
		"":                   FieldUnspecified,
	} {
		got, ok := NewMatcher(query).Best(texts)
		if got.Field != want || ok != (want != FieldUnspecified) {
			t.Errorf("%q: got %v, want %v", query, got.Field, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := "one two three four five six seven eight nine ten eleven twelve"
	for _, c := range []struct {
		query, text string
		most        int
		want        string
	}{
		{"two", "one\n two ", 20, "one two"},
		{"one", long, 22, "one two three four…"},
		{"nine", long, 40, "…five six seven eight nine ten…"},
		{"absent", long, 12, "one two…"},
		{"ärger", "Ärgerärgerärger", 9, "Ärger…"},
	} {
		if got := NewMatcher(c.query).Snippet(c.text, c.most); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("open contr", strings.Repeat("open contracting ", 20), 40)
	f.Add("é", "ééééééééééééé", 7)
	f.Fuzz(func(t *testing.T, query, text string, most int) {
		if most < 8 || most > 1000 {
			t.Skip()
		}
		got := NewMatcher(query).Snippet(text, most)
		if len(got) > most {
			t.Errorf("%d bytes, want %d at most: %q", len(got), most, got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("cut through a character: %q", got)
		}
	})
}
