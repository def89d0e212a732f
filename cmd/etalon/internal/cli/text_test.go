package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestTable(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0123456789abcdef", 4)
	rows := func() [][]string {
		return [][]string{{"a/b@1", digest, "Boxes that hold other boxes"}, {"a/longer@1", digest, "箱子和板條箱的標準說明書第一部分"}, {"a/b@2", "", ""}}
	}
	header := []string{"VERSION", "DIGEST", "TITLE"}
	write := func(columns int) string {
		var b bytes.Buffer
		writeTable(&b, columns, header, rows())
		return b.String()
	}
	whole := "" +
		"VERSION     DIGEST" + strings.Repeat(" ", 65) + "  TITLE\n" +
		"a/b@1       " + digest + "  Boxes that hold other boxes\n" +
		"a/longer@1  " + digest + "  箱子和板條箱的標準說明書第一部分\n" +
		"a/b@2\n"
	for _, columns := range []int{0, 200} {
		if diff := cmp.Diff(whole, write(columns)); diff != "" {
			t.Errorf("%d columns: %s", columns, diff)
		}
	}
	short := "" +
		"VERSION     DIGEST                TITLE\n" +
		"a/b@1       sha256:0123456789ab…  Boxes that hold other b…\n" +
		"a/longer@1  sha256:0123456789ab…  箱子和板條箱的標準說明…\n" +
		"a/b@2\n"
	if diff := cmp.Diff(short, write(58)); diff != "" {
		t.Error(diff)
	}
	for columns := 54; columns < 150; columns++ {
		for line := range strings.Lines(write(columns)) {
			if w := lipgloss.Width(strings.TrimRight(line, "\n")); w > columns {
				t.Errorf("%d columns: a line of %d", columns, w)
			}
		}
	}
	var b bytes.Buffer
	writeTable(&b, 0, header, nil)
	if b.Len() != 0 {
		t.Errorf("a table of nothing printed %q", &b)
	}
}

func TestFields(t *testing.T) {
	var b bytes.Buffer
	fields(&b, "one", "first", "longer", "", "three", "line 1\nline 2")
	if diff := cmp.Diff("one    first\nthree  line 1\n       line 2\n", b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 64 << 20: "64.0 MiB", 3 << 30: "3.0 GiB", 5 << 40: "5.0 TiB", 5000 << 40: "5000.0 TiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestReference(t *testing.T) {
	for in, want := range map[string]string{
		"authorities/ocp": "ocp", "authorities/ocp/standards/ocds": "ocp/ocds",
		"authorities/ocp/standards/ocds/versions/1.1.5": "ocp/ocds@1.1.5",
		"authorities/ocp/standards/ocds/drafts/1.2.0":   "ocp/ocds@1.2.0",
		"": "", "something else": "something else",
	} {
		if got := reference(in); got != want {
			t.Errorf("reference(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever parseWhen takes comes out of moment as the same time.
func FuzzWhen(f *testing.F) {
	for _, s := range []string{"", "2024-10-01", "2024-10-01T12:00:00Z", "2024-10-01T12:00:00.5+01:00", "yesterday", "0000-01-01", "2024-13-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ts, err := parseWhen(s)
		if err != nil || ts == nil {
			if (ts == nil) != (err != nil || s == "") {
				t.Fatalf("%q: %v, %v", s, ts, err)
			}
			return
		}
		again, err := parseWhen(moment(timestamppb.New(ts.AsTime().Truncate(time.Second))))
		if ts.AsTime().UTC().Year() < 0 || ts.AsTime().UTC().Year() > 9999 {
			return // an offset moved it out of what can be written
		}
		if err != nil || !again.AsTime().Equal(ts.AsTime().Truncate(time.Second)) {
			t.Errorf("%q is %s, and that is %s (%v)", s, moment(ts), moment(again), err)
		}
	})
}

// Arguments that are no text are refused before anything else happens.
func TestRunRefusesWhatIsNoText(t *testing.T) {
	var out, talk bytes.Buffer
	code := Run(t.Context(), []string{"resolve", "a\xff"}, Streams{In: strings.NewReader(""), Out: &out, Err: &talk})
	if code != exitUsage || out.Len() != 0 || talk.String() != "etalon: argument \"a\\xff\" is not UTF-8\n" {
		t.Errorf("code %d, printed %q, said %q", code, &out, &talk)
	}
}
