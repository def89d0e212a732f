package rpc

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/standard"
)

func TestPageTokensReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tokens := newPageTokens(rapid.String().Draw(t, "registry"))
		hash := rapid.Uint64().Draw(t, "hash")
		want := page{standard.Revision(rapid.Uint64().Draw(t, "revision")), rapid.String().Draw(t, "last")}
		var f fields
		if got := tokens.decode(&f, hash, tokens.encode(hash, want)); got != want || f.err() != nil {
			t.Fatalf("read back %v, %v; want %v", got, f.err(), want)
		}
	})
}

func TestPageTokensAreGuarded(t *testing.T) {
	tokens := newPageTokens("r")
	hash := requestHash("List", "a")
	good := tokens.encode(hash, page{7, "last"})
	flipped := []byte(good)
	flipped[len(flipped)/2] ^= 1
	tests := []struct {
		name, token string
		hash        uint64
		tokens      *pageTokens
		want        string
	}{
		{"another request", good, requestHash("List", "b"), tokens, "belongs to another request"},
		{"another registry", good, hash, newPageTokens("q"), "was not made by this registry"},
		{"changed", string(flipped), hash, tokens, ""},
		{"cut", good[:len(good)-4], hash, tokens, ""},
		{"no token", "!!", hash, tokens, "is no page token"},
		{"long", strings.Repeat("A", maxToken+4), hash, tokens, "is no page token"},
	}
	for _, tt := range tests {
		var f fields
		got := tt.tokens.decode(&f, tt.hash, tt.token)
		if err := f.err(); err == nil || !strings.Contains(err.Error(), tt.want) || got != (page{}) {
			t.Errorf("%s: page %v, error %v; want none and %q", tt.name, got, err, tt.want)
		}
	}
	if requestHash("List", "ab", "c") == requestHash("List", "a", "bc") {
		t.Error("parts of a request run into each other")
	}
}

func FuzzPageToken(f *testing.F) {
	tokens := newPageTokens("r")
	f.Add(tokens.encode(1, page{7, "last"}))
	f.Add("")
	f.Add("AQAAAAAAAAAB")
	f.Fuzz(func(t *testing.T, token string) {
		var bad fields
		p := tokens.decode(&bad, 1, token)
		if token == "" || bad.err() != nil {
			if p != (page{}) {
				t.Errorf("%q is refused and yet says %v", token, p)
			}
			return
		}
		if again := tokens.encode(1, p); again != token {
			t.Errorf("%q was taken, but the token for %v is %q", token, p, again)
		}
	})
}
