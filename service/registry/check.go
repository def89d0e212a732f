package registry

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// maxLine bounds names, labels, addresses and the like, in bytes.
const maxLine = 2048

// text checks a text of at most most bytes.
func (v *violations) text(field, s string, most int64, required bool) {
	switch {
	case s == "" && required, strings.TrimSpace(s) == "" && s != "":
		v.add(field, "is empty")
	case !utf8.ValidString(s):
		v.add(field, "is not UTF-8")
	case strings.IndexFunc(s, badControl) >= 0:
		v.add(field, "holds a control character")
	default:
		v.limit(field, "text_bytes", int64(len(s)), most)
	}
}

func badControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}

// short checks a text of one line, which may be empty.
func (v *violations) short(field, s string, l Limits) {
	if strings.ContainsAny(s, "\r\n") {
		v.add(field, "has more than one line")
		return
	}
	if !v.limit(field, "line_bytes", int64(len(s)), maxLine) {
		v.text(field, s, l.TextBytes, false)
	}
}

// texts checks texts by language: at most one in each.
func (v *violations) texts(field string, ts []standard.Text, l Limits) {
	v.limit(field, "list_items", int64(len(ts)), l.ListItems)
	seen := make(map[string]bool, len(ts))
	for i, t := range ts {
		at := index(field, i)
		tag, err := language.Parse(orEnglish(t.Language))
		switch {
		case err != nil:
			v.add(at+".language", "%q is no BCP 47 tag, such as en or cy", clip(t.Language))
		case seen[tag.String()]:
			v.add(at+".language", "%q is there twice", t.Language)
		default:
			seen[tag.String()] = true
		}
		v.text(at+".value", t.Value, l.TextBytes, true)
	}
}

func orEnglish(lang string) string {
	if lang == "" {
		return "en"
	}
	return lang
}

// address checks an absolute http or https address, which may be empty.
func (v *violations) address(field, s string, l Limits) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		v.add(field, "%q is no absolute http or https address", clip(s))
		return
	}
	v.short(field, s, l)
}

// words checks a list of short texts, none empty, none twice.
func (v *violations) words(field string, ws []string, l Limits) {
	v.limit(field, "list_items", int64(len(ws)), l.ListItems)
	for i, w := range ws {
		if strings.TrimSpace(w) == "" {
			v.add(index(field, i), "is empty")
		} else if slices.Contains(ws[:i], w) {
			v.add(index(field, i), "%q is there twice", clip(w))
		}
		v.short(index(field, i), w, l)
	}
}

// designations checks designations as written.
func (v *violations) designations(field string, ds []string, l Limits) {
	v.limit(field, "designations_per_version", int64(len(ds)), l.DesignationsPerVersion)
	for i, d := range ds {
		v.designation(index(field, i), d)
	}
}

func (v *violations) designation(field, d string) {
	switch {
	case len(d) > resolve.MaxTextLen:
		v.limit(field, "designation_bytes", int64(len(d)), resolve.MaxTextLen)
	case !utf8.ValidString(d) || strings.IndexFunc(d, unicode.IsControl) >= 0:
		v.add(field, "is not plain UTF-8 text in one line")
	case designation.Key(d) == "":
		v.add(field, "is empty")
	}
}

// relations checks relations; all of them come from one record.
func (v *violations) relations(field string, rs []standard.Relation, l Limits) {
	v.limit(field, "relations_per_version", int64(len(rs)), l.RelationsPerVersion)
	type key struct {
		t              standard.RelationType
		member, target string
	}
	seen := make(map[key]bool, len(rs))
	for i, r := range rs {
		at := index(field, i)
		if r.Type == standard.RelationUnspecified || r.Type > standard.RelatedMatch {
			v.add(at+".type", "is missing or unknown")
		}
		if r.Degree > standard.NotEquivalent || r.Degree != standard.DegreeUnspecified && r.Type != standard.Adopts {
			v.add(at+".degree", "goes with ADOPTS only")
		}
		v.target(at+".target", r.Target)
		if r.Member != "" {
			v.cause(at+".member", standard.CheckMember(r.Member))
		}
		k := key{r.Type, r.Member, resolve.TargetKey(r.Target)}
		if seen[k] {
			v.add(at, "is there twice")
		}
		seen[k] = true
	}
}

// target checks a reference or a designation.
func (v *violations) target(field, s string) {
	if strings.TrimSpace(s) == "" {
		v.add(field, "is missing; give a reference such as iso/iso-8601-1@2019 or a designation such as ISO 8601-1:2019")
		return
	}
	if _, err := resolve.Parse(s); err != nil {
		v.add(field, "%v", err)
		return
	}
	v.designation(field, s)
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// clip bounds text that is quoted in a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// cleanTexts fills in the language of texts that have none.
func cleanTexts(ts []standard.Text) []standard.Text {
	out := slices.Clone(ts)
	for i := range out {
		out[i].Language = orEnglish(out[i].Language)
	}
	return out
}

// enum says whether a value lies among those of its type but zero.
func (v *violations) enum(field string, value, last uint8, required bool, what string) {
	switch {
	case value > last:
		v.add(field, "%d is no %s", value, what)
	case value == 0 && required:
		v.add(field, "is missing; a new standard needs its %s", what)
	}
}
