package citation

import (
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
)

// place says in what a candidate stands.
type place uint8

const (
	prose  place = iota
	markup       // an address, a file name, a slug
	hidden       // a name in a program: no citation at all
)

// tokenEnd is where the token around i ends, at most lookBack bytes on.
func (s *scanner) tokenEnd(i int) int {
	end := min(i+lookBack, len(s.text))
	j := i
	for j < end && classes[s.text[j]]&edge == 0 {
		j++
	}
	s.steps += j - i
	return j
}

// tokenStart is where the token around i starts, at most lookBack bytes back.
func (s *scanner) tokenStart(i int) int {
	least := max(i-lookBack, 0)
	j := i
	for j > least && classes[s.text[j-1]]&edge == 0 {
		j--
	}
	s.steps += i - j
	return j
}

// placeOf says in what the candidate stands.
func (s *scanner) placeOf(c *candidate, id *designation.ID) place {
	if id.Flavour == designation.Etalon {
		return prose
	}
	if a := c.anchor.word; a == "http" || a == "https" || a == "urn" {
		return markup
	}
	t := s.text
	from, raw := s.tokenStart(c.start), t[c.start:c.end]
	before := t[from:c.start]
	behind := t[c.end:s.tokenEnd(c.end)]
	spaced := strings.ContainsAny(raw, " \n")
	small := !hasCapital(raw)
	if before != "" && c.start > 0 {
		if p := s.placeWithin(before, raw, spaced, small); p != prose {
			return p
		}
	}
	if !spaced && s.inAttribute(from) {
		return markup
	}
	if from > 1 && t[from-2] == ']' && (t[from-1] == '(' && !spaced || t[from-1] == '[') {
		return markup // the target of a link
	}
	quoted := from > 0 && t[from-1] == '`' && c.end+len(behind) < len(t) && t[c.end+len(behind)] == '`'
	switch {
	case small && !spaced && from > 0 && t[from-1] == '[' && strings.HasPrefix(t[c.end+len(behind):], "]:"):
		return markup // the label of a link
	case behind != "" && behind[0] == '_' && len(behind) > 1 && isAlnum(behind[1]):
		return hidden
	case !spaced && fileOrHost(behind):
		return markup
	case !spaced && strings.Contains(behind, "://"):
		return markup
	case !spaced && (small || quoted) && slugTail(behind):
		return markup
	case small && !spaced && strings.ContainsAny(raw, "-_") && (quoted || !s.inSentence(from, c.end+len(behind))):
		return markup
	case small && !spaced && before == "" && !s.inSentence(from, c.end+len(behind)):
		return markup
	}
	return prose
}

// placeWithin looks at what stands in the same token before the candidate.
func (s *scanner) placeWithin(before, raw string, spaced, small bool) place {
	last := before[len(before)-1]
	switch {
	case isAddress(before):
		return markup
	case last == '_':
		return hidden
	case last == '@' || last == '\\' || last == '%' || last == '~' || last == '?':
		return markup
	case last == '-' && !spaced && len(before) > 2 && isUpper(before):
		return hidden // "PEPPOL-EN16931-R004" names a rule
	case last == '-' && !spaced && isCamel(before):
		return markup // "eInvoicing-EN16931" names a package
	case last == '#' || last == '=' || last == '.' || last == '-' || last == ':':
		if small && (len(before) > 1 || last == '#') && last != ':' {
			return markup
		}
	case last == '/':
		// "quality/ISO 9001" is prose, "files/iso-9001" is not.
		if !spaced && (small || before == "/" || before[0] == '/' || strings.IndexByte(before, '.') >= 0) {
			return markup
		}
	}
	return prose
}

func isAddress(before string) bool {
	if strings.Contains(before, "://") || strings.Contains(before, "@") {
		return true
	}
	return hasFold(before, "www.") || strings.HasPrefix(before, "10.") || hasFold(before, "urn:") || hasFold(before, "mailto:") || isPath(before)
}

// isPath says whether a token's start is a host with a path, or a path of two
// steps, as is left of an address that was wrapped: "editor.org/rfc/".
func isPath(before string) bool {
	slash := strings.IndexByte(before, '/')
	if slash < 0 {
		return false
	}
	host := before[:slash]
	dot := strings.LastIndexByte(host, '.')
	if dot > 0 && len(host)-dot > 2 && hasSmall(host[dot:]) && !hasCapital(host[dot:]) {
		return true
	}
	return strings.Count(before, "/") > 1 && hasSmall(before)
}

// isCamel says whether a capital stands behind a small letter, as in names of
// programs and packages.
func isCamel(s string) bool {
	for i := 1; i < len(s); i++ {
		if isLetter(s[i-1]) && classes[s[i-1]]&upperCase == 0 && classes[s[i]]&upperCase != 0 {
			return true
		}
	}
	return false
}

func hasSmall(s string) bool {
	for i := range len(s) {
		if c := classes[s[i]]; c&letter != 0 && c&upperCase == 0 {
			return true
		}
	}
	return false
}

// endings are of files and of hosts.
var endings = wordSet(`pdf doc docx odt xls xlsx ods ppt pptx txt html htm xml json yaml yml md csv xsd xsl rdf ttl zip png jpg jpeg gif svg rst
org com net eu int info io gov uk de fr ch at nl es it`)

// fileOrHost says whether the token goes on as a file's or a host's name does.
func fileOrHost(behind string) bool {
	if i := strings.IndexByte(behind, '.'); i >= 0 && i+1 < len(behind) && isLetter(behind[i+1]) {
		end := i + 1
		for end < len(behind) && isLetter(behind[end]) {
			end++
		}
		return strings.Trim(behind[:i], "-_.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" &&
			endings[strings.ToLower(behind[i+1:end])]
	}
	return false
}

// slugTail says whether the token goes on with a hyphen and small letters.
func slugTail(behind string) bool {
	return len(behind) > 1 && (behind[0] == '-' || behind[0] == '/' || behind[0] == '@') && isLetter(behind[1])
}

// inAttribute says whether the token at i is the whole value of an attribute
// of a mark-up language, as in id="iso-9001".
func (s *scanner) inAttribute(i int) bool {
	return i > 1 && (s.text[i-1] == '"' || s.text[i-1] == '\'') && s.text[i-2] == '='
}

// inSentence says whether something other than a key, a list mark or a quote
// stands beside text[i:j] in its line.
func (s *scanner) inSentence(i, j int) bool {
	t := s.text
	before := t[max(i-60, 0):i]
	before = strings.TrimRight(before[strings.LastIndexByte(before, '\n')+1:], " \t\"'`")
	behind := t[j:min(j+60, len(t))]
	if k := strings.IndexByte(behind, '\n'); k >= 0 {
		behind = behind[:k]
	}
	behind = strings.Trim(behind, " \t\r\"'`,]}")
	if behind != "" {
		return true
	}
	return before != "" && strings.IndexByte(":-[{,=", before[len(before)-1]) < 0
}
