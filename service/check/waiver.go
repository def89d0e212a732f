package check

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/spelling"
	"github.com/etalon-registry/etalon/service/standard"
)

// waiverMark begins a waiver in a document:
//
//	etalon-check: allow RULE[, RULE] [DESIGNATION] [until DATE] -- REASON
//
// It stands in a comment or in plain text, and covers what begins on its own
// line or lines. One with nothing before it on its line covers the next line
// that is not blank, too.
const waiverMark = "etalon-check:"

// maxWaiver bounds the text of a waiver, in bytes.
const maxWaiver = 2000

// waiver is a waiver that stands in a document.
type waiver struct {
	start, end int // bytes of its own text
	from, to   int // bytes that it covers
	rules      []RuleID
	key        string // of a designation; empty: any
	until      standard.Day
	reason     string
	problem    string // what is wrong with it; empty: nothing
	used       bool
}

// readWaivers finds the waivers of a text.
func readWaivers(text string) []*waiver {
	var out []*waiver
	for i := 0; ; {
		n := strings.Index(text[i:], waiverMark)
		if n < 0 {
			return out
		}
		start := i + n
		end := waiverEnd(text, start)
		i = end
		w := parseWaiver(strings.Join(strings.Fields(text[start+len(waiverMark):end]), " "))
		if w == nil {
			continue
		}
		w.start, w.end = start, start+len(strings.TrimRight(text[start:end], " \t\r\n"))
		w.from, w.to = waiverReach(text, start, end)
		out = append(out, w)
	}
}

// waiverEnd is where the text of a waiver ends: with its comment where that
// is one of HTML or C, else with its line.
func waiverEnd(text string, start int) int {
	high := min(len(text), start+maxWaiver)
	line := strings.LastIndexByte(text[:start], '\n') + 1
	before, rest := text[line:start], text[start:high]
	for _, pair := range [...][2]string{{"<!--", "-->"}, {"/*", "*/"}, {"{#", "#}"}} {
		if strings.LastIndex(before, pair[0]) > strings.LastIndex(before, pair[1]) {
			if i := strings.Index(rest, pair[1]); i >= 0 {
				return start + i
			}
		}
	}
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		return start + i
	}
	return high
}

// waiverReach is what a waiver covers.
func waiverReach(text string, start, end int) (from, to int) {
	from = strings.LastIndexByte(text[:start], '\n') + 1
	to = lineEnd(text, end)
	if strings.ContainsFunc(text[from:start], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return from, to
	}
	for to < len(text) {
		begin := to + 1
		to = lineEnd(text, begin)
		if strings.TrimSpace(text[min(begin, len(text)):to]) != "" {
			break
		}
	}
	return from, to
}

func lineEnd(text string, from int) int {
	if from >= len(text) {
		return len(text)
	}
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(text)
}

// parseWaiver reads what stands behind the mark; nil: something else than a
// waiver does.
func parseWaiver(s string) *waiver {
	s, ok := strings.CutPrefix(s, "allow ")
	if !ok {
		return nil
	}
	w := &waiver{}
	what := s
	for _, dash := range [...]string{" -- ", " — ", " – "} {
		if before, after, found := strings.Cut(s, dash); found && len(before) < len(what) {
			what, w.reason = before, strings.TrimSpace(after)
		}
	}
	what = strings.TrimRight(strings.TrimSuffix(strings.TrimSpace(what), "--"), " ")
	if before, day, found := cutLast(what, "until "); found {
		var err error
		if w.until, err = standard.ParseDay(strings.TrimSpace(day)); err != nil {
			w.problem = fmt.Sprintf("%q is no date of the form 2027-01-31", strings.TrimSpace(day))
		}
		what = strings.TrimSpace(before)
	}
	w.readRules(what)
	return w
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 || i > 0 && s[i-1] != ' ' {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// readRules reads the rules and the designation that a waiver names.
func (w *waiver) readRules(what string) {
	rest := what
	for rest != "" {
		word := rest
		if i := strings.IndexAny(rest, " ,"); i >= 0 {
			word = rest[:i]
		}
		if _, ok := FindRule(RuleID(word)); !ok {
			break
		}
		w.rules = append(w.rules, RuleID(word))
		rest = strings.TrimLeft(rest[len(word):], " ,")
	}
	if len(w.rules) == 0 {
		w.problem = unknownRule(rest)
		return
	}
	if rest == "" {
		return
	}
	id, err := designation.Parse(rest)
	if err != nil {
		w.problem = fmt.Sprintf("%q is neither a rule nor a designation", clip(rest))
		return
	}
	w.key = id.Key()
}

// unknownRule says that the first word of a text is no rule.
func unknownRule(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if word == "" {
		return "it names no rule"
	}
	msg := fmt.Sprintf("%q is no rule", clip(word))
	if near, ok := spelling.Nearest(word, ruleNames()); ok {
		msg += fmt.Sprintf("; did you mean %q?", near)
	}
	return msg
}

func ruleNames() []string {
	var names []string
	for _, r := range rules() {
		names = append(names, string(r.ID))
	}
	return names
}

func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// inWaiver says whether a citation is part of a waiver.
func (c *checker) inWaiver(cite citation.Citation) bool {
	i, _ := slices.BinarySearchFunc(c.waivers, cite.Start, func(w *waiver, at int) int { return w.end - at })
	return i < len(c.waivers) && c.waivers[i].start <= cite.Start && cite.Start < c.waivers[i].end
}

// waive marks what is waived, and tells of waivers that are wrong.
func (c *checker) waive() {
	for i := range c.report.Findings {
		f := &c.report.Findings[i]
		c.waiveHere(f)
		c.waiveByConfig(f)
	}
	for _, w := range c.waivers {
		c.judge(w)
	}
	slices.Sort(c.report.WaiversUsed)
	c.report.WaiversUsed = slices.Compact(c.report.WaiversUsed)
}

func (c *checker) waiveHere(f *Finding) {
	if f.Citation < 0 {
		return
	}
	for _, w := range c.waiversOf(f) {
		w.used = true
		switch {
		case w.reason == "":
		case over(w.until, c.report.AsOf):
			f.Message += fmt.Sprintf(" Its waiver ended on %s.", w.until)
		case f.Waived == "":
			f.Waived = w.reason
		}
	}
}

// waiversOf are the waivers in the document that are for a finding of a
// citation, whether they hold or not.
func (c *checker) waiversOf(f *Finding) []*waiver {
	var out []*waiver
	first, _ := slices.BinarySearchFunc(c.waivers, f.Start, func(w *waiver, at int) int { return w.to - at })
	for _, w := range c.waivers[first:] {
		if w.from > f.Start {
			break
		}
		if w.problem == "" && slices.Contains(w.rules, f.Rule) && (w.key == "" || w.key == c.keyOf(f)) {
			out = append(out, w)
		}
	}
	return out
}

// waiveByConfig covers findings by the waivers of the configuration; those on
// the document as a whole too.
func (c *checker) waiveByConfig(f *Finding) {
	for i, w := range c.opts.Config.Waivers {
		if w.Rule != f.Rule || !w.matches(c.report.Document.Name, c.keyOf(f)) {
			continue
		}
		if over(w.Until, c.report.AsOf) {
			f.Message += fmt.Sprintf(" Its waiver ended on %s.", w.Until)
			continue
		}
		c.report.WaiversUsed = append(c.report.WaiversUsed, i)
		if f.Waived == "" {
			f.Waived = w.Reason
		}
	}
}

// over says whether a waiver that holds until a day, that day included, no
// longer does.
func over(until, day standard.Day) bool {
	return !until.IsZero() && day.Compare(standard.DayOf(standard.EndOfDay(until))) > 0
}

// keyOf is the key of the designation that a finding is about.
func (c *checker) keyOf(f *Finding) string {
	if f.Citation < 0 {
		return ""
	}
	return c.report.Citations[f.Citation].ID.Key()
}

// judge tells of a waiver that waives nothing.
func (c *checker) judge(w *waiver) {
	f := Finding{Start: w.start, End: w.end}
	switch {
	case w.problem != "":
		f.Rule, f.Message = RuleWaiverWithoutFinding, "The waiver covers nothing: "+sentence(w.problem)
	case w.reason == "":
		f.Rule = RuleWaiverWithoutReason
		f.Message = fmt.Sprintf("The waiver does not say why; write \"%s allow %s -- the reason\".", waiverMark, w.rules[0])
	case !w.used && c.report.informed():
		f.Rule = RuleWaiverWithoutFinding
		f.Message = "The waiver covers no finding; remove it."
	default:
		return
	}
	c.add(-1, f)
}
