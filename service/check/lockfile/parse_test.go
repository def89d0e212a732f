package lockfile

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

func ids(t testing.TB, texts ...string) []designation.ID {
	var out []designation.ID
	for _, s := range texts {
		out = append(out, id(t, s))
	}
	return out
}

const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseReportsEveryProblem(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"nothing":       {"", `standards.lock is empty; write it with "etalon lock"`},
		"a comment":     {"# nothing\n", `standards.lock is empty; write it with "etalon lock"`},
		"no mapping":    {"- a\n", "line 1, column 1: wants a mapping of fields"},
		"not YAML":      {"lock: 1\n\tx", "line 2, column 1: not YAML: found a tab character that violates indentation"},
		"another form":  {"lock: 2\nrevision: 1\nstandards: []\n", "line 1, column 7: the form of this file is 2, this program knows 1; use a newer one"},
		"two documents": {"lock: 1\nrevision: 1\nstandards: []\n---\nlock: 1\n", "line 4, column 1: standards.lock holds one document; remove the second"},
		"a conflict": {
			"lock: 1\n<<<<<<< ours\nrevision: 1\n=======\nrevision: 2\n>>>>>>> theirs\n",
			"line 2, column 1: a merge left a conflict here; keep either side and run \"etalon lock\" again\n" +
				"line 6, column 1: a merge left a conflict here; keep either side and run \"etalon lock\" again",
		},
		"missing": {"lock: 1\n", "line 1, column 1: field \"revision\" is missing in this lock\nline 1, column 1: field \"standards\" is missing in this lock"},
		"many": {
			"lock: 1\nrevision: -1\nas-of: yesterday\nregister: x\nstandards:\n- cites: certainly not\n  ref: iso/iso-9001@^1\n  digest: md5:1\n  undated: false\n  status: DRAFT\n",
			`line 2, column 11: "-1" is no number from 0
line 3, column 8: date "yesterday" wants the form 2019, 2019-02 or 2019-02-25 and must exist
line 4, column 1: field "register" is unknown in this lock; did you mean "registry"?
line 6, column 10: designation: "certainly not" at byte 0: want a designation
line 7, column 8: "iso/iso-9001@^1" wants the form authority/standard@version
line 8, column 11: digest "md5:1" does not start with "sha256:"
line 9, column 12: wants true; remove the field where it is not so
line 10, column 11: "DRAFT" is none of PUBLISHED, DEPRECATED, SUPERSEDED, WITHDRAWN, INVALID`,
		},
		"twice": {
			"lock: 1\nrevision: 1\nstandards:\n- {cites: ISO 1:2016, ref: iso/iso-1@2016, digest: \"" + digest + "\"}\n- {cites: ISO1:2016, ref: iso/iso-1@2016, digest: \"" + digest + "\"}\n",
			`line 5, column 3: ISO 1:2016 is given twice, first in line 4; remove one or run "etalon lock" again`,
		},
		"an alias": {
			"lock: 1\nrevision: &x 1\nstandards: *x\n",
			"line 2, column 11: anchors and aliases have no place in a lock; write the value out\nline 3, column 12: anchors and aliases have no place in a lock; write the value out",
		},
		"no value": {"lock: 1\nrevision:\nstandards: []\n", "line 2, column 10: has no value; give one or remove the field"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.in))
			if !errors.Is(err, standard.ErrMalformed) {
				t.Fatalf("got %v, which is not ErrMalformed", err)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseBoundsItsProblems(t *testing.T) {
	in := "lock: 1\nrevision: 1\nstandards:\n" + strings.Repeat("- 1\n", 5*strictyaml.MaxProblems)
	_, err := Parse([]byte(in))
	if got := strings.Count(err.Error(), "\n"); got != strictyaml.MaxProblems {
		t.Errorf("got %d lines of problems", got+1)
	}
	if !strings.HasSuffix(err.Error(), "and 400 more problems") {
		t.Errorf("the end is %q", err.Error()[len(err.Error())-40:])
	}
}

func TestParseRefusesHugeFiles(t *testing.T) {
	_, err := Parse(make([]byte, MaxBytes+1))
	if err == nil || !strings.Contains(err.Error(), "at most 16777216 are allowed") {
		t.Errorf("got %v", err)
	}
}

var someIDs = []string{
	"ISO 9001:2015", "ISO 9001", "BS EN ISO 19650-2:2018", "ETSI EN 301 549 V3.2.1 (2021-03)", "RFC 3339",
	"etalon:ocp/ocds@^1.1", "etalon:police/pole@1.1#Person.surname", "NIST SP 800-53 Rev. 5", "ISO 19650 (all parts)", "WCAG 2.1",
}

// drawText draws the texts that a file can hold, awkward ones too.
func drawText(t *rapid.T, label string) string {
	return oneLine(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"ISO 9001:2015", "- x", "# x", "a: b", `"quoted" \n`, "\u0085x", "x\u2028y", "\ufeffx", "null", "{}", "~", "true", "𝒳\U000e0001", "*x", "!!str",
	})).Draw(t, label))
}

func drawDay(t *rapid.T, label string) standard.Day {
	d, err := standard.ParseDay(rapid.SampledFrom([]string{"2019", "2019-02", "2019-02-25", "2027-01-01", "9999-12-31"}).Draw(t, label))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func drawFile(t *rapid.T) *File {
	f := &File{Registry: drawText(t, "registry"), Revision: standard.Revision(rapid.Uint64().Draw(t, "revision"))}
	if rapid.Bool().Draw(t, "dated") {
		f.AsOf = drawDay(t, "as of")
	}
	files := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return "f" + drawText(t, "file") }), 0, 3, rapid.ID[string])
	for _, text := range rapid.SliceOfDistinct(rapid.SampledFrom(someIDs), rapid.ID[string]).Draw(t, "cited") {
		cites, err := designation.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		names := files.Draw(t, "files")
		if rapid.IntRange(0, 4).Draw(t, "open") == 0 {
			f.Unresolved = append(f.Unresolved, Unresolved{ID: cites, Outcome: check.Outcome(rapid.IntRange(2, 7).Draw(t, "outcome")), Files: names})
			continue
		}
		ref, _ := standard.ParseRef(rapid.StringMatching(`[a-z][a-z0-9-]{0,9}/[a-z][a-z0-9]{0,9}@[0-9]{1,4}`).Draw(t, "ref"))
		e := Entry{LockEntry: check.LockEntry{
			ID: cites, Ref: ref, Digest: standard.DigestOf([]byte(text)), Edition: drawText(t, "edition"), Through: drawText(t, "through"),
			Undated: rapid.Bool().Draw(t, "undated"), Prerelease: rapid.Bool().Draw(t, "prerelease"),
			Status: standard.Status(rapid.IntRange(int(standard.Published), int(standard.Invalid)).Draw(t, "status")),
			Since:  drawDay(t, "since"), Successor: drawText(t, "successor"), Alternative: drawText(t, "alternative"),
		}, Files: names}
		for range rapid.IntRange(0, 2).Draw(t, "steps") {
			e.Steps = append(e.Steps, check.Step{Status: standard.Withdrawn, Effective: drawDay(t, "effective"), Successor: drawText(t, "by")})
		}
		f.Entries = append(f.Entries, e)
	}
	f.sort()
	return f
}

func TestParseAndBytesAreInverses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawFile(t)
		text := want.Bytes()
		got, err := Parse(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b standard.Day) bool { return a == b }), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("read back (-want +got):\n%s\n%s", diff, text)
		}
		if strings.ContainsFunc(string(text), func(r rune) bool { return r != '\n' && hidden(r) }) {
			t.Fatalf("the text holds what a reader does not see:\n%q", text)
		}
	})
}

func TestMergedEntriesMayLieAnyhow(t *testing.T) {
	text := made(t).Bytes()
	head, list, _ := strings.Cut(string(text), "standards:\n\n")
	list, tail, _ := strings.Cut(list, "\n\nunresolved:")
	blocks := strings.Split(list, "\n\n")
	slices.Reverse(blocks)
	got, err := Parse([]byte(head + "standards:\n\n" + strings.Join(blocks, "\n\n") + "\n\nunresolved:" + tail))
	if err != nil {
		t.Fatal(err)
	}
	if len(blocks) < 5 || !bytes.Equal(got.Bytes(), text) {
		t.Errorf("%d entries in another order give another lock:\n%s", len(blocks), cmp.Diff(string(text), string(got.Bytes())))
	}
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("testdata/example.lock")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte("lock: 1\nrevision: 1\nstandards: []\n"))
	f.Add([]byte("lock: 1\nrevision: 1\nstandards:\n- {cites: \"etalon:a/b@1\", ref: a/b@1, digest: " + digest + "}\n"))
	f.Add([]byte("lock: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := Parse(data)
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("error %#v", err)
			}
			return
		}
		text := first.Bytes()
		second, err := Parse(text)
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, text)
		}
		if again := second.Bytes(); !bytes.Equal(again, text) {
			t.Fatalf("not stable:\n%s\n%s", text, again)
		}
	})
}
