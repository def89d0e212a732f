package standard

import (
	"strconv"
	"unicode/utf8"
)

// jsonWriter writes canonical JSON (RFC 8785). The caller gives keys in
// order, which for ASCII keys is bytewise.
type jsonWriter struct {
	buf []byte
}

func (w *jsonWriter) open(c byte) {
	w.comma()
	w.buf = append(w.buf, c)
}

func (w *jsonWriter) close(c byte) { w.buf = append(w.buf, c) }

// comma separates from the value or pair before, if there is one.
func (w *jsonWriter) comma() {
	if len(w.buf) == 0 {
		return
	}
	switch w.buf[len(w.buf)-1] {
	case '{', '[', ':':
	default:
		w.buf = append(w.buf, ',')
	}
}

func (w *jsonWriter) key(k string) *jsonWriter {
	w.comma()
	w.quote(k)
	w.buf = append(w.buf, ':')
	return w
}

func (w *jsonWriter) text(s string) { w.quote(s) }

func (w *jsonWriter) integer(n int64) { w.buf = strconv.AppendInt(w.buf, n, 10) }

// optional writes a pair unless its value is empty.
func (w *jsonWriter) optional(k, v string) {
	if v != "" {
		w.key(k).text(v)
	}
}

func (w *jsonWriter) optionalRole(r Role) {
	if r != RoleUnspecified {
		w.key("role").text(r.String())
	}
}

func (w *jsonWriter) file(f *File) {
	w.open('{')
	w.key("digest").text(f.Digest.String())
	w.optional("mediaType", f.MediaType)
	w.key("path").text(f.Path)
	w.optionalRole(f.Role)
	w.key("size").integer(f.Size)
	w.close('}')
}

func (w *jsonWriter) link(l *Link) {
	w.open('{')
	w.optional("mediaType", l.MediaType)
	w.optionalRole(l.Role)
	w.optional("title", l.Title)
	w.key("url").text(l.URL)
	w.close('}')
}

func (w *jsonWriter) member(m *Member) {
	w.open('{')
	w.key("id").text(m.ID)
	w.optional("kind", m.Kind)
	w.optional("title", m.Title)
	w.close('}')
}

// quote writes a string as RFC 8785 section 3.2.2.2 says: the shortest escape,
// and only where JSON demands one. Bytes that are not UTF-8 become U+FFFD.
func (w *jsonWriter) quote(s string) {
	const hexDigits = "0123456789abcdef"
	b := append(w.buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	w.buf = append(b, '"')
}
