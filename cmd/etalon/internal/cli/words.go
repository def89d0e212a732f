package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// word is an enum value for people: KIND_DATA_DICTIONARY is "data dictionary".
func word(v interface{ String() string }, prefix string) string {
	s := strings.TrimPrefix(v.String(), prefix)
	if s == "UNSPECIFIED" {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(s, "_", " "))
}

// visible is s on one line, with what does not show as escapes: the name of a
// file can neither steer a terminal nor pass for a line of its own.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// plural is "1 standard" or "3 standards".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func kindWord(k etalonv1.Kind) string { return word(k, "KIND_") }

func statusWord(s etalonv1.Status) string { return word(s, "STATUS_") }

func relationWord(t etalonv1.RelationType) string { return word(t, "RELATION_TYPE_") }

// english picks the English text, else the first.
func english(ts []*etalonv1.Text) string {
	for _, t := range ts {
		if l := t.GetLanguage(); l == "" || l == "en" || strings.HasPrefix(l, "en-") {
			return t.GetValue()
		}
	}
	if len(ts) > 0 {
		return ts[0].GetValue()
	}
	return ""
}

// moment prints a time to the second, and midnight as its date.
func moment(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	u := t.AsTime().UTC()
	if u.Equal(u.Truncate(24 * time.Hour)) {
		return u.Format(time.DateOnly)
	}
	return u.Format(time.RFC3339)
}

// reference turns a resource name into the reference that means it:
// "authorities/ocp/standards/ocds/versions/1.1.5" into "ocp/ocds@1.1.5".
func reference(resource string) string {
	if n, v, err := standard.ParseVersionResource(resource); err == nil {
		return n.String() + "@" + string(v)
	}
	if n, err := standard.ParseStandardResource(resource); err == nil {
		return n.String()
	}
	if n, v, err := standard.ParseDraftResource(resource); err == nil {
		return n.String() + "@" + string(v)
	}
	return strings.TrimPrefix(resource, "authorities/")
}

// verdict says why a reference has no answer, and what may have been meant.
// What the API calls a field is a flag here.
func verdict(f *client.Failed) string {
	return strings.ReplaceAll(f.Error(), "include_prereleases", "--prereleases") + candidates(f.Failure)
}

// candidates lists what may have been meant, a line each.
func candidates(f *etalonv1.Failure) string {
	var b strings.Builder
	for i, c := range f.GetCandidates() {
		if i == 5 {
			break
		}
		if i == 0 {
			b.WriteString("\n  did you mean:")
		}
		fmt.Fprintf(&b, "\n    %s", c.GetRef())
		if c.GetWhy() != "" {
			fmt.Fprintf(&b, "  (%s)", c.GetWhy())
		}
	}
	return b.String()
}

// size prints bytes for people.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, e := float64(n)/unit, 0
	for f >= unit && e < 3 {
		f, e = f/unit, e+1
	}
	return fmt.Sprintf("%.1f %ciB", f, "KMGT"[e])
}

// parseWhen parses a date or a time of a flag; empty gives nil, now.
func parseWhen(s string) (*timestamppb.Timestamp, error) {
	if s == "" {
		return nil, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return timestamppb.New(t), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, usageError{fmt.Errorf("%q is no date: give 2027-01-31, or 2027-01-31T12:00:00Z", s)}
	}
	return timestamppb.New(t), nil
}
