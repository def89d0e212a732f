package gateway

import (
	"mime"
	"strings"
)

const bytesType = "application/octet-stream"

// media is what a content type means for how bytes are served.
type media struct {
	contentType string // of the header
	inline      bool   // a browser may show it; else it is an attachment
	text        bool   // worth compressing
}

// shown are the types that a browser shows and never runs.
var shown = map[string]bool{
	"text/plain": true, "text/csv": true, "text/markdown": true, "text/tab-separated-values": true,
	"text/turtle": true, "text/n3": true, "text/asciidoc": true, "text/x-rst": true, "text/x-protobuf": true,
	"application/json": true, "application/yaml": true, "application/toml": true,
	"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/bmp": true,
}

// dense are types outside of text/* that compress well.
var dense = map[string]bool{
	"application/json": true, "application/yaml": true, "application/toml": true, "application/xml": true,
	"application/xml-dtd": true, "application/javascript": true, "application/graphql": true,
	"application/n-triples": true, "application/n-quads": true, "application/trig": true, "application/sql": true,
	"application/relax-ng-compact-syntax": true,
}

// mediaOf reads the type that a publisher gave a file. One that is none is
// bytes.
func mediaOf(recorded string) media {
	base, _, err := mime.ParseMediaType(recorded)
	if err != nil || !strings.Contains(base, "/") {
		return media{contentType: bytesType}
	}
	structured := strings.HasSuffix(base, "+json") || strings.HasSuffix(base, "+yaml")
	return media{
		contentType: recorded,
		inline:      shown[base] || structured,
		text:        dense[base] || structured || strings.HasSuffix(base, "+xml") || strings.HasPrefix(base, "text/"),
	}
}

// disposition is the Content-Disposition of a file (RFC 6266): its name in
// ASCII, and as it is (RFC 8187) where that differs.
func disposition(inline bool, name string) string {
	var b strings.Builder
	b.WriteString("attachment")
	if inline {
		b.Reset()
		b.WriteString("inline")
	}
	b.WriteString(`; filename="`)
	exact := true
	for _, r := range name {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			exact, r = false, '_'
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	if !exact {
		b.WriteString("; filename*=UTF-8''")
		for i := range len(name) {
			if c := name[i]; attrChar(c) {
				b.WriteByte(c)
			} else {
				b.WriteByte('%')
				b.WriteByte("0123456789ABCDEF"[c>>4])
				b.WriteByte("0123456789ABCDEF"[c&15])
			}
		}
	}
	return b.String()
}

// attrChar is attr-char of RFC 8187.
func attrChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0
}
