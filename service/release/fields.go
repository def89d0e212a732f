package release

import (
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// MaxDesignations is the most designations that a version or a standard has.
const MaxDesignations = 64

// DefaultLanguage is the language of a text that is given without one.
const DefaultLanguage = "en"

// texts reads a text, which is in DefaultLanguage, or a mapping of languages
// to texts.
func texts(r *reader, dst *[]standard.Text) func(node) {
	return func(n node) {
		if n.IsText() {
			if s, ok := r.Text(n); ok {
				*dst = []standard.Text{{Language: DefaultLanguage, Value: s}}
			}
			return
		}
		if r.WantMapping(n, "a text, or a mapping of languages to texts") {
			*dst = r.textsByLanguage(n)
		}
	}
}

func (r *reader) textsByLanguage(n node) []standard.Text {
	var out []standard.Text
	seen := map[string]int{}
	for key, text := range n.Entries() {
		lang, ok := value(r, key, parseLanguage)
		if !ok {
			continue
		}
		if line, dup := seen[lang]; dup {
			r.Report(key, "language %q is given twice, first in line %d", lang, line)
			continue
		}
		seen[lang] = key.Line
		if s, ok := r.Text(text); ok {
			out = append(out, standard.Text{Language: lang, Value: s})
		}
	}
	if len(n.Content) == 0 {
		r.Report(n, "names no language; give a text or remove the field")
	}
	return out
}

func parseLanguage(s string) (string, error) {
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return "", fmt.Errorf("%q is no language tag; use one of BCP 47, such as en, cy or pt-BR", strictyaml.Clip(s))
	}
	return tag.String(), nil
}

func parseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(s, " \n\t") {
		return "", fmt.Errorf("%q is no web address; it wants the form https://host/path", strictyaml.Clip(s))
	}
	return s, nil
}

func parseMediaType(s string) (string, error) {
	t, params, err := mime.ParseMediaType(s)
	if err != nil || !strings.Contains(t, "/") {
		return "", fmt.Errorf("%q is no media type; it wants the form type/subtype", strictyaml.Clip(s))
	}
	return mime.FormatMediaType(t, params), nil
}

func parseSequence(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no sequence number; use a whole number from 1 up", strictyaml.Clip(s))
	}
	return n, nil
}

func parseBool(s string) (bool, error) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", strictyaml.Clip(s))
}

// maxDesignationLen bounds a designation, in bytes.
const maxDesignationLen = 512

// designations reads a list of designations. Several spellings of one are
// fine.
func designations(r *reader, dst *[]string) func(node) {
	return func(n node) {
		listInto(r, dst, parseDesignation)(n)
		if len(*dst) > MaxDesignations {
			r.Report(n, "has %d designations, at most %d are allowed", len(*dst), MaxDesignations)
		}
	}
}

func parseDesignation(s string) (string, error) {
	switch {
	case len(s) > maxDesignationLen:
		return "", fmt.Errorf("designation %q has %d bytes, at most %d are allowed", strictyaml.Clip(s), len(s), maxDesignationLen)
	case strings.ContainsAny(s, "\n\t"):
		return "", fmt.Errorf("designation %q has a line break or a tab", strictyaml.Clip(s))
	case designation.Key(s) == "":
		return "", fmt.Errorf("designation %q has no visible character", strictyaml.Clip(s))
	}
	return s, nil
}

// parsePrefix takes a prefix that an authority owns, to its normal form.
func parsePrefix(s string) (string, error) {
	key := designation.PrefixKey(s)
	if key == "" || len(s) > standard.MaxNameLen {
		return "", fmt.Errorf("prefix %q wants 1 to %d visible characters", strictyaml.Clip(s), standard.MaxNameLen)
	}
	return key, nil
}

// links reads a list of links.
func links(r *reader, dst *[]standard.Link) func(node) {
	return func(n node) {
		seen := map[string]int{}
		r.List(n, func(n node) {
			var l standard.Link
			r.Mapping(n, "link",
				strictyaml.Required("url", into(r, &l.URL, parseURL)),
				strictyaml.Optional("title", textInto(r, &l.Title)),
				strictyaml.Optional("role", into(r, &l.Role, standard.ParseRole)),
				strictyaml.Optional("media-type", into(r, &l.MediaType, parseMediaType)),
			)
			if line, dup := seen[l.URL]; dup && l.URL != "" {
				r.Report(n, "link %q is given twice, first in line %d", strictyaml.Clip(l.URL), line)
				return
			}
			seen[l.URL] = n.Line
			*dst = append(*dst, l)
		})
	}
}

// members reads a list of members.
func members(r *reader, dst *[]standard.Member) func(node) {
	return func(n node) {
		seen := map[string]int{}
		r.List(n, func(n node) {
			var m standard.Member
			r.Mapping(n, "member",
				strictyaml.Required("id", into(r, &m.ID, parseMemberID)),
				strictyaml.Optional("title", textInto(r, &m.Title)),
				strictyaml.Optional("kind", textInto(r, &m.Kind)),
			)
			if line, dup := seen[m.ID]; dup && m.ID != "" {
				r.Report(n, "member %q is given twice, first in line %d", strictyaml.Clip(m.ID), line)
				return
			}
			seen[m.ID] = n.Line
			*dst = append(*dst, m)
		})
	}
}

// relations reads a list of relations.
func relations(r *reader, dst *[]standard.Relation) func(node) {
	return func(n node) {
		seen := map[standard.Relation]int{}
		r.List(n, func(n node) {
			var rel standard.Relation
			r.Mapping(n, "relation",
				strictyaml.Required("type", into(r, &rel.Type, standard.ParseRelationType)),
				strictyaml.Required("target", into(r, &rel.Target, parseTarget)),
				strictyaml.Optional("degree", into(r, &rel.Degree, standard.ParseDegree)),
				strictyaml.Optional("member", into(r, &rel.Member, parseMemberID)),
			)
			if rel.Degree != 0 && rel.Type != 0 && rel.Type != standard.Adopts {
				r.Report(n, "a degree goes with the type adopts alone, not with %s", rel.Type)
			}
			if line, dup := seen[rel]; dup && rel.Target != "" {
				r.Report(n, "relation to %q is given twice, first in line %d", strictyaml.Clip(rel.Target), line)
				return
			}
			seen[rel] = n.Line
			*dst = append(*dst, rel)
		})
	}
}
