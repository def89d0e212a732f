package release

import (
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// MaxDesignations is the most designations that a version or a standard has.
const MaxDesignations = 64

// DefaultLanguage is the language of a text that is given without one.
const DefaultLanguage = "en"

// texts reads a text, which is in DefaultLanguage, or a mapping of languages
// to texts.
func texts(r *reader, dst *[]standard.Text) func(node) {
	return func(n node) {
		if n.Kind == yaml.ScalarNode {
			if s, ok := r.text(n); ok {
				*dst = []standard.Text{{Language: DefaultLanguage, Value: s}}
			}
			return
		}
		if !r.kind(n, yaml.MappingNode, "a text, or a mapping of languages to texts") {
			return
		}
		*dst = r.textsByLanguage(n)
	}
}

func (r *reader) textsByLanguage(n node) []standard.Text {
	var out []standard.Text
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := node{n.Content[i], n.field}
		lang, ok := value(r, key, parseLanguage)
		if !ok {
			continue
		}
		if line, dup := seen[lang]; dup {
			r.report(key, "language %q is given twice, first in line %d", lang, line)
			continue
		}
		seen[lang] = key.Line
		if s, ok := r.text(node{n.Content[i+1], join(n.field, lang)}); ok {
			out = append(out, standard.Text{Language: lang, Value: s})
		}
	}
	if len(n.Content) == 0 {
		r.report(n, "names no language; give a text or remove the field")
	}
	return out
}

func parseLanguage(s string) (string, error) {
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return "", fmt.Errorf("%q is no language tag; use one of BCP 47, such as en, cy or pt-BR", clip(s))
	}
	return tag.String(), nil
}

func parseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(s, " \n\t") {
		return "", fmt.Errorf("%q is no web address; it wants the form https://host/path", clip(s))
	}
	return s, nil
}

func parseMediaType(s string) (string, error) {
	t, params, err := mime.ParseMediaType(s)
	if err != nil || !strings.Contains(t, "/") {
		return "", fmt.Errorf("%q is no media type; it wants the form type/subtype", clip(s))
	}
	return mime.FormatMediaType(t, params), nil
}

func parseSequence(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no sequence number; use a whole number from 1 up", clip(s))
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
	return false, fmt.Errorf("%q is neither true nor false", clip(s))
}

// maxDesignationLen bounds a designation, in bytes.
const maxDesignationLen = 512

// designations reads a list of designations. Several spellings of one are
// fine.
func designations(r *reader, dst *[]string) func(node) {
	return func(n node) {
		listInto(r, dst, parseDesignation)(n)
		if len(*dst) > MaxDesignations {
			r.report(n, "has %d designations, at most %d are allowed", len(*dst), MaxDesignations)
		}
	}
}

func parseDesignation(s string) (string, error) {
	switch {
	case len(s) > maxDesignationLen:
		return "", fmt.Errorf("designation %q has %d bytes, at most %d are allowed", clip(s), len(s), maxDesignationLen)
	case strings.ContainsAny(s, "\n\t"):
		return "", fmt.Errorf("designation %q has a line break or a tab", clip(s))
	case designation.Key(s) == "":
		return "", fmt.Errorf("designation %q has no visible character", clip(s))
	}
	return s, nil
}

// parsePrefix takes a prefix that an authority owns, to its normal form.
func parsePrefix(s string) (string, error) {
	key := designation.PrefixKey(s)
	if key == "" || len(s) > standard.MaxNameLen {
		return "", fmt.Errorf("prefix %q wants 1 to %d visible characters", clip(s), standard.MaxNameLen)
	}
	return key, nil
}

// links reads a list of links.
func links(r *reader, dst *[]standard.Link) func(node) {
	return func(n node) {
		seen := map[string]int{}
		r.list(n, func(n node) {
			var l standard.Link
			r.mapping(n, "link",
				field{"url", true, into(r, &l.URL, parseURL)},
				field{"title", false, textInto(r, &l.Title)},
				field{"role", false, into(r, &l.Role, standard.ParseRole)},
				field{"media-type", false, into(r, &l.MediaType, parseMediaType)},
			)
			if line, dup := seen[l.URL]; dup && l.URL != "" {
				r.report(n, "link %q is given twice, first in line %d", clip(l.URL), line)
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
		r.list(n, func(n node) {
			var m standard.Member
			r.mapping(n, "member",
				field{"id", true, into(r, &m.ID, parseMemberID)},
				field{"title", false, textInto(r, &m.Title)},
				field{"kind", false, textInto(r, &m.Kind)},
			)
			if line, dup := seen[m.ID]; dup && m.ID != "" {
				r.report(n, "member %q is given twice, first in line %d", clip(m.ID), line)
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
		r.list(n, func(n node) {
			var rel standard.Relation
			r.mapping(n, "relation",
				field{"type", true, into(r, &rel.Type, standard.ParseRelationType)},
				field{"target", true, into(r, &rel.Target, parseTarget)},
				field{"degree", false, into(r, &rel.Degree, standard.ParseDegree)},
				field{"member", false, into(r, &rel.Member, parseMemberID)},
			)
			if rel.Degree != 0 && rel.Type != 0 && rel.Type != standard.Adopts {
				r.report(n, "a degree goes with the type adopts alone, not with %s", rel.Type)
			}
			if line, dup := seen[rel]; dup && rel.Target != "" {
				r.report(n, "relation to %q is given twice, first in line %d", clip(rel.Target), line)
				return
			}
			seen[rel] = n.Line
			*dst = append(*dst, rel)
		})
	}
}
