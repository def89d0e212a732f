package requestid

import (
	"strings"
	"testing"
)

func TestNewIsValidAndNew(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := New()
		if !Valid(id) || len(id) != 16 || seen[id] {
			t.Fatalf("New() = %q", id)
		}
		seen[id] = true
	}
}

func TestValid(t *testing.T) {
	for id, want := range map[string]bool{
		"a": true, "A-b_c.9": true, strings.Repeat("x", MaxLen): true,
		"": false, "a b": false, "a\n": false, "é": false, "a/b": false, strings.Repeat("x", MaxLen+1): false,
	} {
		if got := Valid(id); got != want {
			t.Errorf("Valid(%q) = %v", id, got)
		}
	}
}
