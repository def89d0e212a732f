package citation

import "strings"

// This file tells the requests for comments of other projects by where the
// text links them to: "[RFC 1214]: https://github.com/rust-lang/rfcs/...".

// maxOwn bounds how many numbers are remembered.
const maxOwn = 1000

// ownRFC says whether the text links an RFC of this number to a collection
// that is not the IETF's.
func (s *scanner) ownRFC(number string) bool {
	if s.own == nil {
		s.own = map[string]bool{}
		s.findOwn()
	}
	return s.own[number]
}

// findOwn collects the numbers from the addresses in the text that go through
// a folder called "rfcs". It makes one pass.
func (s *scanner) findOwn() {
	const folder = "/rfcs/"
	s.steps += len(s.text)
	for i := 0; len(s.own) < maxOwn; {
		k := strings.Index(s.text[i:], folder)
		if k < 0 {
			return
		}
		k += i
		end := s.tokenEnd(k)
		if start := s.tokenStart(k); !ofIETF(s.text[start:k]) {
			if n := numberIn(s.text[k+len(folder)-1 : max(end, k+len(folder))]); n != "" {
				s.own[n] = true
			}
		}
		i = max(end, k+len(folder))
	}
}

// ofIETF says whether an address is one where the IETF's RFCs are kept.
func ofIETF(address string) bool {
	address = strings.ToLower(address)
	return strings.Contains(address, "ietf.org") || strings.Contains(address, "rfc-editor") || !strings.Contains(address, "://")
}

// numberIn gives the number that a step of a path begins with, also behind
// "rfc-", without its zeros: "1214" of "/blob/main/text/1214-where.md".
func numberIn(path string) string {
	for i := 0; i+1 < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		t := path[i+1:]
		if len(t) > 4 && foldEqual(t[:3], "rfc") {
			t = strings.TrimLeft(t[3:], "-_")
		}
		run := digitRun(t, 0)
		if run > 0 && run < 6 && (run == len(t) || !isAlnum(t[run])) {
			return strings.TrimLeft(t[:run], "0")
		}
	}
	return ""
}
