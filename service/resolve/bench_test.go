package resolve_test

import (
	"fmt"
	"testing"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// large is one standard of 2,000 versions, half of them withdrawn.
func large() *resolvetest.View {
	c := resolvetest.New()
	n := named("a/s")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Semver, Created: imported})
	for i := range 2000 {
		id := standard.VersionID(fmt.Sprintf("%d.%d.%d", i/100, i/10%10, i%10))
		c.AddVersion(standard.Version{Name: n, ID: id, Recorded: imported, Released: must(standard.ParseDay("2020-01-01"))})
		if i%2 == 1 {
			c.AddStep(standard.Step{Name: n, Version: id, Kind: standard.StepWithdraw, Effective: at("2021-01-01"), Recorded: imported})
		}
	}
	return c.View()
}

func BenchmarkResolve(b *testing.B) {
	view := large()
	full := catalogue().View()
	for _, bm := range []struct {
		name, text string
		view       resolve.View
	}{
		{"exact", "a/s@12.3.4", view},
		{"range", "a/s@^12.3", view},
		{"partial", "a/s@12.3", view},
		{"default", "a/s", view},
		{"designation", "ISO 8601-1:2019", full},
		{"missing", "a/s@12.3.11", view},
	} {
		q := resolve.Query{Text: bm.text, Now: now}
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				resolve.Resolve(bm.view, q)
			}
		})
		b.Run(bm.name+"/compiled", func(b *testing.B) {
			c, err := resolve.Parse(bm.text)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				resolve.ResolveCompiled(bm.view, c, q)
			}
		})
	}
}

// TestExactAllocates holds the cost of the most frequent question.
func TestExactAllocates(t *testing.T) {
	view := large()
	q := resolve.Query{Text: "a/s@12.3.4", Now: now}
	c, err := resolve.Parse(q.Text)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { resolve.ResolveCompiled(view, c, q) }); n > 0 {
		t.Errorf("a compiled exact reference allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { resolve.Resolve(view, q) }); n > 1 {
		t.Errorf("an exact reference allocates %v times", n)
	}
}
