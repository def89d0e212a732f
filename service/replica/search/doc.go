// Package search owns a full-text index over standards, their versions and
// their members: an inverted index with BM25F ranking, field boosts, folding
// of case and diacritics, prefixes for search as you type, and one typing
// error forgiven where nothing else matches.
//
// An Index never changes. A Writer, which one goroutine owns, makes the next
// one: it adds a small segment, marks what that replaces as dead, and merges
// segments of like size, so that a change costs about its own size.
//
// It refuses to know where texts come from, how far a store has got, and
// transports. What it is told is what it finds.
package search

import "github.com/etalon-registry/etalon/service/standard"

// Field says what a text is, and so how much a match in it counts.
type Field uint8

// The fields, by falling weight.
const (
	FieldUnspecified Field = iota
	FieldName
	FieldDesignation
	FieldTitle
	FieldLabel
	FieldMember
	FieldDescription
	FieldNote
)

// fieldParams are the boost of a field and its usual length in words, by which
// long texts are held back. Fixed lengths make a weight depend on its own text
// alone, so that it never has to be worked out again.
var fieldParams = [...]struct{ boost, length float32 }{
	FieldName:        {8, 4},
	FieldDesignation: {8, 8},
	FieldTitle:       {5, 6},
	FieldLabel:       {4, 3},
	FieldMember:      {3, 4},
	FieldDescription: {1, 30},
	FieldNote:        {0.7, 20},
}

// Text is one text to be found.
type Text struct {
	Field Field
	Value string
}

// Part is what is indexed and replaced as a whole: an undated standard, one of
// its versions, or an alias. A part without texts and members removes what was
// there.
type Part struct {
	Name    standard.Name
	Version standard.VersionID // empty: the undated standard
	Alias   string             // the key of an alias; empty: none
	Texts   []Text
	Members []standard.Member // of the version; hits name their place here
	// Kind and Sectors are the standard's, and looked at where Version and
	// Alias are empty.
	Kind    standard.Kind
	Sectors []string
}

// id tells the parts of one standard apart.
func (p *Part) id() string {
	if p.Alias != "" {
		return aliasMark + p.Alias
	}
	return string(p.Version)
}

// aliasMark can't begin a version id.
const aliasMark = "\x00"

// Query is a search.
type Query struct {
	Text string
	// Kinds, Sectors and Authority restrict what is found; empty: any. A
	// standard needs one of the kinds and one of the sectors.
	Kinds     []standard.Kind
	Sectors   []string
	Authority standard.AuthorityID
	Offset    int
	Limit     int // hits at most; 0: none, only the total
}

// Hit is a standard that was found. There is one hit for each.
type Hit struct {
	Name standard.Name
	// Version is the version whose text matched best; empty: the standard's
	// own text or an alias did.
	Version standard.VersionID
	Member  int     // place in the version's list of members; -1: none
	Score   float64 // comparable within one answer only
}

// Result is an answer.
type Result struct {
	Hits  []Hit
	Total int // standards that match, whatever Offset and Limit
	// Fuzzy says that nothing matched as typed, and the hits allow for one
	// typing error a word.
	Fuzzy bool
}
