// Command citationscore measures how well citations are found, on a folder of
// annotated documents:
//
//	go run ./service/document/citationscore [-json] [-misses] DIR
//
// DIR holds docs/ (the documents as they were published), text/ID.txt (the
// text that the offsets of the annotations count in, in characters),
// docs.json (which documents there are and which are annotated) and
// annotations.jsonl (one object a line: doc, start, end, cite, class, norm,
// canonical, flags; canonical may be a list).
//
// Two measures are printed. "By span" scans text/ID.txt: a citation is right
// if its span overlaps an annotation of class numbered and the designation is
// the same. "By document" reads docs/FILE as any user would and compares the
// multisets of designations. In both, the prefixes of adoption are dropped and
// an IEC that was left out is restored before comparing; the undated or
// unparted parent of what was cited counts one half; citations in mark-up and
// works known by name alone are neither rewarded nor punished; everything else
// is wrong. Intervals are Wilson's of 95 %.
//
// It owns the measure, and knows nothing of how citations are found.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "citationscore:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("citationscore", flag.ContinueOnError)
	flags.SetOutput(stderr)
	asJSON := flags.Bool("json", false, "print the report as JSON")
	misses := flags.Bool("misses", false, "list what was missed and what is wrong, with its context")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: citationscore [-json] [-misses] DIR")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return fmt.Errorf("one folder is needed, %d are given", flags.NArg())
	}
	set, err := load(flags.Arg(0))
	if err != nil {
		return err
	}
	report, err := measure(ctx, set)
	if err != nil {
		return err
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	return report.print(stdout, *misses)
}
