package resolve

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// MaxTextLen is the longest text that is taken, in bytes.
const MaxTextLen = 512

// Compiled is a text that was parsed once and can be resolved many times,
// over any view. It is safe for concurrent use and must not be copied.
type Compiled struct {
	text  string
	ref   standard.Ref
	isRef bool
	// What depends on the view is worked out at the first use: the normal form
	// as a designation, and the selector under a scheme.
	key      atomic.Pointer[string]
	selector atomic.Pointer[schemeSelector]
}

// schemeSelector is what a selector means under a scheme.
type schemeSelector struct {
	scheme   standard.Scheme
	rng      standard.Range // of a range or a partial version
	rngText  string         // its normal form
	rngErr   error
	isRange  bool
	order    standard.Order // of a whole version
	hasOrder bool
}

// Parse compiles a text. It fails, with a *Failure of reason Malformed, for
// what can be neither a reference nor a designation.
func Parse(text string) (*Compiled, error) {
	c := &Compiled{}
	if f := c.parse(text); f != nil {
		return nil, f
	}
	return c, nil
}

// Text is the text that was compiled, without white space around it.
func (c *Compiled) Text() string { return c.text }

// Ref is the reference that the text is; false if it can only be a
// designation.
func (c *Compiled) Ref() (standard.Ref, bool) { return c.ref, c.isRef }

func (c *Compiled) parse(text string) *Failure {
	text = strings.TrimSpace(text)
	c.text = text
	if problem := textProblem(text); problem != "" {
		return malformed(text, problem)
	}
	if !refShaped(text) {
		return nil
	}
	ref, err := standard.ParseRef(text)
	if err != nil {
		if strings.HasPrefix(text, standard.RefPrefix) {
			return malformed(text, plain(err))
		}
		return nil
	}
	c.ref, c.isRef = ref, true
	return nil
}

func textProblem(text string) string {
	switch {
	case text == "":
		return "nothing was asked for; give a reference such as ocp/ocds@1.1.5 or a designation such as ISO 8601-1:2019"
	case len(text) > MaxTextLen:
		return "the text is longer than 512 bytes"
	}
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f {
			return deepTextProblem(text)
		}
	}
	return ""
}

// deepTextProblem looks at text that is not plain ASCII.
func deepTextProblem(text string) string {
	if !utf8.ValidString(text) {
		return "the text is not UTF-8"
	}
	for _, r := range text {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return "the text holds control characters"
		}
	}
	return ""
}

// refShaped says, without a parse, whether text could be a reference: it
// begins with "etalon:", or with an authority and a slash.
func refShaped(text string) bool {
	if strings.HasPrefix(text, standard.RefPrefix) {
		return true
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', i > 0 && (c >= '0' && c <= '9' || c == '-'):
		default:
			return c == '/' && i > 0
		}
	}
	return false
}

// designationKey is the normal form of the text as a designation.
func (c *Compiled) designationKey() string {
	if k := c.key.Load(); k != nil {
		return *k
	}
	k := designation.Key(c.text)
	c.key.Store(&k)
	return k
}

// claimKey is designationKey of a text that is a reference. With "@" none of
// the known forms of designation reads it, and folding case is all that the
// normal form comes to; that is worth knowing, since nearly every exact
// reference comes this way.
func (c *Compiled) claimKey() string {
	if c.ref.Selector.Kind == standard.SelectDefault || c.ref.Member != "" {
		return c.designationKey()
	}
	return strings.ToLower(c.text)
}

// under is what the selector means under a scheme.
func (c *Compiled) under(scheme standard.Scheme) *schemeSelector {
	if s := c.selector.Load(); s != nil && s.scheme == scheme {
		return s
	}
	s := compileSelector(scheme, c.ref.Selector)
	c.selector.Store(s)
	return s
}

func compileSelector(scheme standard.Scheme, sel standard.Selector) *schemeSelector {
	s := &schemeSelector{scheme: scheme}
	if sel.Kind == standard.SelectRange {
		s.rng, s.rngErr = scheme.ParseRange(sel.Text)
		s.isRange, s.rngText = s.rngErr == nil, s.rng.String()
		return s
	}
	if s.rng, s.isRange = scheme.Partial(sel.Text); s.isRange {
		s.rngText = s.rng.String()
	}
	if scheme != standard.Declared {
		o, err := scheme.Parse(standard.VersionID(sel.Text), 0)
		s.order, s.hasOrder = o, err == nil
	}
	return s
}

// refKey marks the keys of references, so that none equals a designation's.
const refKey = "\x00"

// TargetKey is the normal form under which the target of a relation, a
// reference or a designation, is indexed. A reference's drops "etalon:" and
// the member, so that relations between members are found from the version.
func TargetKey(target string) string {
	target = strings.TrimSpace(target)
	if refShaped(target) {
		if ref, err := standard.ParseRef(target); err == nil {
			return keyOf(ref.Name, ref.Selector.String())
		}
	}
	return designation.Key(target)
}

// Keys are the keys under which relations may name a version: its exact
// reference and its designations. For a nil version they are those of the
// undated standard.
func Keys(s *Standard, v *Version) []string {
	texts, keys := s.Record.Designations, []string{keyOf(s.Record.Name, "")}
	if v != nil {
		texts, keys[0] = v.Record.Designations, keyOf(s.Record.Name, string(v.Record.ID))
	}
	for _, t := range texts {
		keys = append(keys, designation.Key(t))
	}
	return keys
}

func keyOf(n standard.Name, selector string) string {
	if selector == "" {
		return refKey + n.String()
	}
	return refKey + n.String() + "@" + strings.ToLower(selector)
}

// plain is the message of an error of package standard without the sentinel's
// own word.
func plain(err error) string {
	return strings.Replace(err.Error(), standard.ErrMalformed.Error()+": ", "", 1)
}
