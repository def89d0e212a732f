package search

import (
	"strings"
	"unicode/utf8"
)

// Matcher finds the words of a query in texts again, to show why something was
// found. It is not safe for concurrent use.
type Matcher struct {
	words []word
	an    *analyser
	met   []bool
}

// NewMatcher reads a query as Search does.
func NewMatcher(query string) *Matcher {
	ws, _ := words(query)
	return &Matcher{words: ws, an: newAnalyser(), met: make([]bool, len(ws))}
}

// Best gives the text that has the most words of the query, of equal ones that
// in the weightier field; false if none has any.
func (m *Matcher) Best(texts []Text) (best Text, ok bool) {
	most := 0
	for _, t := range texts {
		joins := t.Field == FieldDesignation || t.Field == FieldName
		n := m.count(t.Value, joins)
		if n > most || n == most && n > 0 && fieldParams[t.Field].boost > fieldParams[best.Field].boost {
			best, most = t, n
		}
	}
	return best, most > 0
}

// count is how many words of the query a text has.
func (m *Matcher) count(text string, joins bool) (n int) {
	clear(m.met)
	m.an.terms(text, joins, func(term []byte) {
		for i := range m.words {
			if !m.met[i] && m.words[i].in(string(term)) {
				m.met[i] = true
				n++
			}
		}
	})
	return n
}

// in says whether a term is what the word asks for.
func (w *word) in(term string) bool {
	if term == w.text || w.last && strings.HasPrefix(term, w.text) {
		return true
	}
	if len(w.parts) > 1 {
		for _, p := range w.parts {
			if len(p) > 1 && term == p {
				return true
			}
		}
		return false
	}
	return len(w.text) >= fuzzyFrom && oneError(w.text, term)
}

// Snippet gives at most so many bytes of a text, cut between words and marked
// with "…" where something is left out, from shortly before the first word of
// the query that is in it. White space is made plain.
func (m *Matcher) Snippet(text string, most int) string {
	fields := strings.Fields(text)
	first := 0
	for i, f := range fields {
		if m.count(f, false) > 0 {
			first = max(0, i-4)
			break
		}
	}
	if len(strings.Join(fields, " ")) <= most {
		return strings.Join(fields, " ")
	}
	const gap = "…"
	var b strings.Builder
	if first > 0 {
		b.WriteString(gap)
	}
	for i, f := range fields[first:] {
		if b.Len()+1+len(f)+len(gap) > most {
			if i == 0 {
				b.WriteString(cut(f, most-b.Len()-len(gap)))
			}
			b.WriteString(gap)
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	return b.String()
}

// cut gives at most n bytes of s, whole characters only.
func cut(s string, n int) string {
	n = max(0, min(n, len(s)))
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
