package fix

import (
	"strings"
	"testing"
	"time"
)

// A text with very many replacements is read a few times, and not once for
// each of them.
func TestManyReplacementsInOneJSONText(t *testing.T) {
	const cited, times = "iso 9001:2015 ", 20_000
	for _, tt := range []struct {
		name, head string
		broken     bool // the first edit cuts an escape
	}{{"all fine", `["`, false}, {"one cuts an escape", `["\u0069`, true}} {
		src := []byte(tt.head + strings.Repeat(cited, times) + `"]`)
		var edits []Edit
		if tt.broken {
			edits = append(edits, Edit{From: len(tt.head) - 2, To: len(tt.head), Old: "69", New: "ISO"})
		}
		for i := range times {
			from := len(tt.head) + i*len(cited)
			edits = append(edits, Edit{From: from, To: from + 3, Old: "iso", New: "ISO"})
		}
		begin := time.Now()
		reasons := jsonKeeper(src)(edits)
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%s: %v", tt.name, took)
		}
		if !tt.broken && len(reasons) != 0 {
			t.Errorf("%s: %d are refused", tt.name, len(reasons))
		}
		if tt.broken && (reasons[0] == "" || reasons[1] != "") {
			t.Errorf("%s: the first is refused for %q, the second for %q", tt.name, reasons[0], reasons[1])
		}
	}
}
