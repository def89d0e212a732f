package check

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

var update = flag.Bool("update", false, "write the golden files anew")

const specification = `# Security

The supplier conforms to [[BS EN ISO 9001:2008]], [[ISO27001=ISO 27001|unspaced]] and
[[ISO/IEC 27001:2013]]. Fire alarms conform to [[BS 5839-1:2017]].

<!-- etalon-check: allow withdrawn PAS 1192-2:2013 -- the asset was built under it -->
Information is managed by [[PAS 1192-2:2013]] and [[ISO 19650 series]].

<!-- etalon-check: allow superseded -->
Pages meet [[WCAG 2.1 AA]], the web [[RFC 7231]], data [[OCDS 1.1.4]].
`

// TestGolden: a small specification, with everything that is found in it.
func TestGolden(t *testing.T) {
	r := run(t, specification, Options{})
	var b strings.Builder
	fmt.Fprintf(&b, "as of %s, revision %d, %d citations of %d designations\n", r.AsOf, r.Revision, len(r.Citations), len(r.Facts))
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%d-%d %s\n    %s %s\n", f.Start, f.End, line(f), f.Ref, f.Link)
	}
	const file = "testdata/golden/specification.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// texts are what documents of the property test are made of.
var texts = []string{
	"[[BS EN ISO 9001:2008]]", "[[ISO 9001:2015]]", "[[ISO 9001:2014]]", "[[ISO 9001]]", "[[ISO 27001:2013]]", "[[ISO9001=ISO 9001|unspaced]]",
	"[[PAS 1192-2:2013]]", "[[BS 1192]]", "[[BS 5839-1:2017]]", "[[WCAG 2.1 AA]]", "[[WCAG 3.0]]", "[[draft-ietf-quic-http-34]]", "[[BS 424242|weak]]",
	"[[OCDS 1.1.4]]", "[[BS ISO 55000:2014]]", "[[etalon:ocp/ocds]]", "[[ISO 19650 series]]", "[[RFC 7230 – 7231=RFC 7231|range]]", "[[BS 10012:2017|markup]]",
	"or equivalent", "draft", "\n", "\n\n", "- ", "| ", ":\n", "é", "<!-- etalon-check: allow superseded -- why -->", "etalon-check: allow nonsense\n", "etalon-check: allow withdrawn\n",
}

// TestReports: findings are in order, in bounds, say something, and come out
// the same every time.
func TestReports(t *testing.T) {
	order := map[RuleID]int{}
	for i, r := range Rules() {
		order[r.ID] = i
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(texts), 0, 40).Draw(rt, "text"), " ")
		r := run(t, text, Options{})
		if again := run(t, text, Options{}); !cmp.Equal(r.Findings, again.Findings) {
			rt.Fatalf("another time: %s", cmp.Diff(r.Findings, again.Findings))
		}
		for i, f := range r.Findings {
			if f.Message == "" || f.Severity < Info || f.Severity > Error || order[f.Rule] == 0 && f.Rule != Rules()[0].ID {
				rt.Fatalf("finding without message, severity or rule: %+v", f)
			}
			if f.Start < 0 || f.End < f.Start || f.End > len(r.Document.Text) || f.Text != r.Document.Text[f.Start:f.End] {
				rt.Fatalf("finding out of bounds: %+v", f)
			}
			if f.Citation < -1 || f.Citation >= len(r.Citations) || f.Citation >= 0 && r.Citations[f.Citation].Start != f.Start {
				rt.Fatalf("finding of another citation: %+v", f)
			}
			if f.Safe && f.Replacement == "" {
				rt.Fatalf("safe without a replacement: %+v", f)
			}
			if i > 0 && r.Findings[i-1].Start > f.Start {
				rt.Fatalf("out of order: %+v before %+v", r.Findings[i-1], f)
			}
		}
		if len(r.FactsOf) != len(r.Citations) {
			rt.Fatalf("%d citations with facts of %d", len(r.Citations), len(r.FactsOf))
		}
		for i, at := range r.FactsOf {
			if !designation.Equal(r.Facts[at].ID, r.Citations[i].ID) || r.Citations[i].Markup {
				rt.Fatalf("citation %d: %v with the facts of %v", i, r.Citations[i], r.Facts[at].ID)
			}
		}
	})
}

// fake is a Finder that notes what it is asked.
type fake struct {
	asked []int
	fewer bool
	err   error
}

func (f *fake) Find(_ context.Context, ids []designation.ID, asOf standard.Day) (Found, error) {
	f.asked = append(f.asked, len(ids))
	n := len(ids)
	if f.fewer {
		n--
	}
	return Found{Facts: make([]Facts, n), Revision: standard.Revision(100 - len(f.asked)), AsOf: asOf}, f.err
}

func TestRunAsksInBatches(t *testing.T) {
	var text strings.Builder
	for i := range 2*BatchSize + 10 {
		fmt.Fprintf(&text, "[[ISO %d]] [[ISO %d]] ", i+1, i+1)
	}
	doc, cites := marked(t, "doc.md", text.String())
	f := &fake{}
	r, err := Run(context.Background(), doc, cites, f, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{BatchSize, BatchSize, 10}, f.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if len(r.Facts) != 2*BatchSize+10 || len(r.Citations) != 2*len(r.Facts) || r.Revision != 97 {
		t.Errorf("%d facts, %d citations, revision %d", len(r.Facts), len(r.Citations), r.Revision)
	}
	if _, err := Run(context.Background(), doc, cites, &fake{fewer: true}, Options{Now: now}); err == nil {
		t.Error("too few facts are no error")
	}
	broken := errors.New("broken")
	if _, err := Run(context.Background(), doc, cites, &fake{err: broken}, Options{Now: now}); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the finder", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, doc, cites, f, Options{Now: now}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}

// TestRunAsksForNothing: the report of a document that cites nothing has the
// revision all the same.
func TestRunAsksForNothing(t *testing.T) {
	r := run(t, "Nothing is cited.", Options{AsOf: must(standard.ParseDay("2020-01-01"))})
	if r.Revision != 1 || r.AsOf.String() != "2020-01-01" || len(r.Findings) != 0 {
		t.Errorf("as of %v, revision %d, findings %v", r.AsOf, r.Revision, r.Findings)
	}
}

func TestRunWithoutAFinder(t *testing.T) {
	doc, cites := marked(t, "doc.md", "[[ISO 9001:2008]] [[ISO 9001:2015]] [[ISO 14001]] [[BS 5839-1:2017]]")
	doc.Notes = []string{"page 3 has no text (a scan?)"}
	doc.Remarks = []string{"the sheet \"Prices\" is hidden; it was read"}
	r, err := Run(context.Background(), doc, cites, nil, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, line(f))
	}
	want := []string{
		"warning unreadable : page 3 has no text (a scan?).",
		"warning mixed-editions ISO 9001:2015: The document cites one standard in two editions: ISO 9001:2008 (place unknown) and ISO 9001:2015 (place unknown).",
		"info undated-reference ISO 14001: ISO 14001 names no edition.",
		uk + ".",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.AsOf != standard.DayOf(now) || r.Revision != 0 {
		t.Errorf("as of %v, revision %d", r.AsOf, r.Revision)
	}
}

func TestWeakCitationsInform(t *testing.T) {
	r := run(t, "[[ISO 9001:2008|weak]]", Options{Config: Config{Rules: map[RuleID]RuleConfig{RuleSuperseded: {Severity: Error}}}})
	for _, f := range r.Findings {
		if f.Severity != Info {
			t.Errorf("severity %v of %s", f.Severity, line(f))
		}
	}
	if len(r.Findings) == 0 {
		t.Error("no findings")
	}
}

func TestSeverityByPath(t *testing.T) {
	cfg := Config{Rules: map[RuleID]RuleConfig{
		RuleUndatedReference: {Severity: Error, Paths: []string{"contracts/**"}},
		RuleSuperseded:       {Exclude: []string{"history.md"}},
		RuleUKOnlyStandard:   {Off: true},
	}}
	for _, tt := range []struct{ name, want string }{
		{"contracts/a/b.md", "error undated-reference, error superseded"},
		{"./contracts/b.md", "error undated-reference, error superseded"},
		{"other.md", "error superseded"},
		{"docs/history.md", ""},
		{`contracts\history.md`, "error undated-reference"},
	} {
		doc, cites := marked(t, tt.name, "[[ISO 9001]] [[ISO 9001:2008]]")
		r, err := Run(context.Background(), doc, cites, finder(), Options{Now: now, Config: cfg})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range r.Findings {
			got = append(got, f.Severity.String()+" "+string(f.Rule))
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
	if !(Config{Ignore: []string{"vendor/**", "*.tmp.md"}}).Ignored("vendor/x/y.md") || !(Config{Ignore: []string{"*.tmp.md"}}).Ignored("a/b.tmp.md") ||
		(Config{Ignore: []string{"vendor/**"}}).Ignored("a/vendor/x.md") {
		t.Error("Ignored does not go by the globs")
	}
}

func TestAsOf(t *testing.T) {
	day := must(standard.ParseDay("2010-01-01"))
	cfg := Config{AsOf: day}
	if got := only(run(t, "[[ISO 9001:2008]]", Options{Config: cfg}), RuleSuperseded); got != "" {
		t.Errorf("by the configuration's day: %s", got)
	}
	r := run(t, "[[ISO 9001:2008]]", Options{Config: cfg, AsOf: standard.DayOf(now)})
	if only(r, RuleSuperseded) == "" || r.AsOf != standard.DayOf(now) {
		t.Errorf("the caller's day does not win: %+v", r)
	}
}

// TestManyWaiversAndCitations: time does not grow with the product.
func TestManyWaiversAndCitations(t *testing.T) {
	const one = "etalon-check: allow superseded -- why\nISO 9001:2008 BS 5839-1:2017 is equal, equally equal.\n"
	const n = 4000
	doc := &document.Document{Name: "big.md", Text: strings.Repeat(one, n)}
	var cites []citation.Citation
	for i := range n {
		at := i*len(one) + strings.Index(one, "ISO")
		cites = append(cites,
			citation.Citation{Start: at, End: at + 13, Text: "ISO 9001:2008", ID: parsed("ISO 9001:2008"), Confidence: citation.Certain},
			citation.Citation{Start: at + 14, End: at + 28, Text: "BS 5839-1:2017", ID: parsed("BS 5839-1:2017"), Confidence: citation.Certain})
	}
	r, err := Run(context.Background(), doc, cites, finder(), Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	waived := 0
	for _, f := range r.Findings {
		if f.Waived != "" {
			waived++
		}
	}
	if waived != n {
		t.Errorf("%d waived, want %d", waived, n)
	}
	if !slices.IsSortedFunc(r.Findings, func(a, b Finding) int { return a.Start - b.Start }) {
		t.Error("not in order")
	}
}
