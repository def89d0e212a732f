package resolve_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

func FuzzResolve(f *testing.F) {
	view := catalogue().View()
	for _, s := range []string{
		"ocp/ocds", "ocp/ocds@1.1.5", "ocp/ocds@^1.1", "ocp/ocds@1.x", "ocp/ocds@latest#Release.ocid", "etalon:cen/en-301549",
		"ISO 8601-1:2019", "BS EN ISO 19650-2:2018", "moved", "https://example.org/x#y", "x/date@2018", "x/declared@r4", "\u00a0ISO\u20118601", "ocp/ocds@sha256:", "",
	} {
		f.Add(s, int64(0), false)
	}
	f.Fuzz(func(t *testing.T, text string, days int64, pre bool) {
		q := resolve.Query{Text: text, Now: now.AddDate(0, 0, int(days%20000)), IncludePrereleases: pre}
		a, err := resolve.Resolve(view, q)
		if err != nil {
			var fail *resolve.Failure
			if !errors.As(err, &fail) || fail.Reason == resolve.ReasonUnspecified || fail.Message == "" {
				t.Fatalf("Resolve(%q) = %#v, want a failure with a reason", text, err)
			}
			if len(fail.Candidates) > resolve.MaxCandidates {
				t.Fatalf("%d candidates", len(fail.Candidates))
			}
			return
		}
		// What is answered can be asked for exactly, and is the same.
		again, err := resolve.Resolve(view, resolve.Query{Text: "etalon:" + a.Ref(), Now: q.Now})
		if err != nil || again.Version != a.Version || again.State != a.State {
			t.Fatalf("Resolve(%q) is %s, which resolves to %v, %v", text, a.Ref(), again, err)
		}
		if !a.NextChange.IsZero() && !a.NextChange.After(q.Now) {
			t.Fatalf("Resolve(%q) changes at %v, which is not after %v", text, a.NextChange, q.Now)
		}
	})
}

// FuzzTargetKey: two spellings of one reference have one key, no reference has
// the key of a designation, and nothing panics.
func FuzzTargetKey(f *testing.F) {
	for _, s := range []string{"iso/iso-8601-1@2019", "ISO 8601-1:2019", "etalon:a/b", "a/b@1#m", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := resolve.TargetKey(s)
		ref, err := standard.ParseRef(strings.TrimSpace(s))
		if (err == nil) != strings.HasPrefix(key, "\x00") {
			t.Fatalf("TargetKey(%q) = %q, reference: %v", s, key, err)
		}
		if err == nil {
			ref.Prefixed = !ref.Prefixed
			if other := resolve.TargetKey(ref.String()); other != key {
				t.Fatalf("TargetKey(%q) = %q, of %q it is %q", s, key, ref, other)
			}
		}
	})
}

// TestReferenceKey proves the short way that Resolve takes to the normal form
// of a reference with a selector.
func TestReferenceKey(t *testing.T) {
	label := rapid.StringMatching(`(iso|iec|bs|en|as|nzs|ocp|din|ieee|itu|r|c|hl7|w3c|un|[a-z])[a-z0-9-]{0,8}`)
	selector := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._+-]{0,10}|[\^~>=<]{1,2}[0-9.]{1,4}(,<[0-9.]{1,4})?|[0-9]\.x|\*`)
	rapid.Check(t, func(t *rapid.T) {
		text := label.Draw(t, "authority") + "/" + label.Draw(t, "standard") + "@" + selector.Draw(t, "selector")
		if _, err := standard.ParseRef(text); err != nil {
			t.Skip(err)
		}
		if got := designation.Key(text); got != strings.ToLower(text) {
			t.Fatalf("designation.Key(%q) = %q", text, got)
		}
	})
}
