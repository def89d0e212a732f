package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// wilson is the 95 % interval of right out of n.
func wilson(right float64, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	N := float64(n)
	p := right / N
	mid := p + z*z/(2*N)
	half := z * math.Sqrt(p*(1-p)/N+z*z/(4*N*N))
	return max(0, (mid-half)/(1+z*z/N)), min(1, (mid+half)/(1+z*z/N))
}

// recall is 1 where nothing was wanted.
func (s score) recall() float64 { return ratio(s.Right, s.Wanted) }

// precision is 1 where nothing was found.
func (s score) precision() float64 { return ratio(s.Right, s.Found) }

func ratio(right float64, n int) float64 {
	if n == 0 {
		return 1
	}
	return right / float64(n)
}

// print writes the report for people.
func (r *report) print(w io.Writer, faults bool) error {
	fmt.Fprintf(w, "%d documents\n", r.Documents)
	for _, part := range []struct {
		title string
		o     *outcome
	}{{"By span, on text/", &r.BySpan}, {"By document, on docs/", &r.ByDoc}} {
		fmt.Fprintf(w, "\n# %s\n\n", part.title)
		if err := part.o.print(w); err != nil {
			return err
		}
		if faults {
			for _, f := range part.o.Faults {
				fmt.Fprintf(w, "%-6s %s  wanted %q  found %q\n         %s\n", f.Kind, f.Doc, f.Wanted, f.Found, f.Context)
			}
		}
	}
	return nil
}

func (o *outcome) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "what\twanted\tfound\tright\trecall\t95 %\tprecision\t95 %")
	line(tw, "all", o.Total, true)
	table(tw, "flavour", o.Flavours, true)
	table(tw, "document", o.Documents, true)
	table(tw, "flag", o.Flags, false)
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, class := range classes {
		if s, ok := o.Classes[class]; ok {
			fmt.Fprintf(w, "class %s: %d annotated, %d with a citation\n", class, s.Wanted, s.Found)
		}
	}
	return nil
}

func table(w io.Writer, of string, rows map[string]score, precise bool) {
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		line(w, of+" "+name, rows[name], precise)
	}
}

func line(w io.Writer, name string, s score, precise bool) {
	low, high := wilson(s.Right, s.Wanted)
	fmt.Fprintf(w, "%s\t%d\t%d\t%g\t%.3f\t%.3f-%.3f", name, s.Wanted, s.Found, s.Right, s.recall(), low, high)
	if precise {
		low, high = wilson(s.Right, s.Found)
		fmt.Fprintf(w, "\t%.3f\t%.3f-%.3f", s.precision(), low, high)
	}
	fmt.Fprintln(w)
}

// around is a place of the text with what stands beside it, in one line.
func around(text string, start, end int) string {
	const reach = 40
	from, to := max(start-reach, 0), min(end+reach, len(text))
	s := text[from:start] + "«" + text[start:end] + "»" + text[end:to]
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\n", "⏎")
}
