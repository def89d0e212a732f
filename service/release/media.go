package release

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/standard"
)

// sniffBytes is how much of a file is looked at for its media type.
const sniffBytes = 64 << 10

// Media types that content decides on.
const (
	mediaJSON       = "application/json"
	mediaJSONSchema = "application/schema+json"
	mediaOpenAPI    = "application/vnd.oai.openapi"
	mediaOpenAPIJS  = "application/vnd.oai.openapi+json"
	mediaYAML       = "application/yaml"
	mediaText       = "text/plain; charset=utf-8"
	mediaBytes      = "application/octet-stream"
)

// mediaTypes are the media types of extensions, as registered with IANA where
// they are.
var mediaTypes = map[string]string{
	".adoc":      "text/asciidoc",
	".avdl":      "text/vnd.apache.avro.idl",
	".avpr":      "application/vnd.apache.avro.protocol+json",
	".avsc":      "application/vnd.apache.avro.schema+json",
	".bmp":       "image/bmp",
	".css":       "text/css; charset=utf-8",
	".csv":       "text/csv; charset=utf-8",
	".docx":      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".dtd":       "application/xml-dtd",
	".gif":       "image/gif",
	".graphql":   "application/graphql",
	".gz":        "application/gzip",
	".htm":       "text/html; charset=utf-8",
	".html":      "text/html; charset=utf-8",
	".jpeg":      "image/jpeg",
	".jpg":       "image/jpeg",
	".js":        "text/javascript; charset=utf-8",
	".json":      mediaJSON,
	".jsonld":    "application/ld+json",
	".md":        "text/markdown; charset=utf-8",
	".mod":       "application/xml-dtd",
	".n3":        "text/n3",
	".nt":        "application/n-triples",
	".odt":       "application/vnd.oasis.opendocument.text",
	".ods":       "application/vnd.oasis.opendocument.spreadsheet",
	".owl":       "application/rdf+xml",
	".pdf":       "application/pdf",
	".png":       "image/png",
	".po":        "text/x-gettext-translation; charset=utf-8",
	".pptx":      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".proto":     "text/x-protobuf; charset=utf-8",
	".rdf":       "application/rdf+xml",
	".rnc":       "application/relax-ng-compact-syntax",
	".rng":       "application/xml",
	".rst":       "text/x-rst; charset=utf-8",
	".sch":       "application/schematron+xml",
	".svg":       "image/svg+xml",
	".tar":       "application/x-tar",
	".thrift":    "text/x-thrift; charset=utf-8",
	".toml":      "application/toml",
	".trig":      "application/trig",
	".tsv":       "text/tab-separated-values; charset=utf-8",
	".ttl":       "text/turtle; charset=utf-8",
	".txt":       mediaText,
	".webp":      "image/webp",
	".wsdl":      "application/wsdl+xml",
	".xlsx":      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":       "application/xml",
	".xsd":       "application/xsd+xml",
	".xsl":       "application/xslt+xml",
	".xslt":      "application/xslt+xml",
	".yaml":      mediaYAML,
	".yml":       mediaYAML,
	".zip":       "application/zip",
	".sparql":    "application/sparql-query",
	".asn":       "text/x-asn1",
	".asn1":      "text/x-asn1",
	".edi":       "application/edifact",
	".raml":      "application/raml+yaml",
	".bpmn":      "application/xml",
	".dmn":       "application/xml",
	".xmi":       "application/vnd.xmi+xml",
	".geojson":   "application/geo+json",
	".gml":       "application/gml+xml",
	".ics":       "text/calendar; charset=utf-8",
	".textproto": "text/x-protobuf; charset=utf-8",
}

// MediaType is the media type of a file by its path and its first bytes, of
// which 64 KiB are looked at: by extension; JSON with a "$schema" of JSON
// Schema is application/schema+json; JSON and YAML that open as OpenAPI are
// application/vnd.oai.openapi. Without a known extension content decides
// between JSON, text and bytes.
func MediaType(p string, head []byte) string {
	head = head[:min(len(head), sniffBytes)]
	t, known := mediaTypes[strings.ToLower(path.Ext(p))]
	if !known {
		t = sniff(head)
	}
	switch t {
	case mediaJSON:
		return jsonType(p, head)
	case mediaYAML:
		if yamlOpenAPI(head) {
			return mediaOpenAPI
		}
	}
	return t
}

// sniff tells JSON, text and bytes apart.
func sniff(head []byte) string {
	if trimmed := bytes.TrimLeft(head, " \t\r\n\ufeff"); len(trimmed) > 1 && (trimmed[0] == '{' || trimmed[0] == '[') {
		if _, ok := topLevel(head); ok {
			return mediaJSON
		}
	}
	if isText(head) {
		return mediaText
	}
	return mediaBytes
}

// isText says whether head is UTF-8 without control characters; it may end
// within a character.
func isText(head []byte) bool {
	for len(head) > 0 {
		c, n := utf8.DecodeRune(head)
		if c == utf8.RuneError && n == 1 {
			return !utf8.FullRune(head)
		}
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' {
			return false
		}
		head = head[n:]
	}
	return true
}

func jsonType(p string, head []byte) string {
	top, ok := topLevel(head)
	switch {
	case !ok:
		return mediaJSON
	case strings.Contains(top["$schema"], "json-schema.org"),
		top["$schema"] != "" && strings.HasSuffix(strings.ToLower(p), "schema.json"):
		return mediaJSONSchema
	case top["openapi"] != "", top["swagger"] != "":
		return mediaOpenAPIJS
	}
	return mediaJSON
}

// topLevel reads the text values at the top level of a JSON object as far as
// head goes. It is false where head is not the start of JSON.
func topLevel(head []byte) (map[string]string, bool) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(head, []byte("\ufeff"))))
	out := map[string]string{}
	start, err := dec.Token()
	if err != nil {
		return nil, false
	}
	if start != json.Delim('{') {
		return out, start == json.Delim('[')
	}
	whole := len(head) < sniffBytes
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return out, !whole
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return out, !whole
		}
		k, _ := key.(string)
		if s, ok := value.(string); ok {
			out[k] = s
		}
	}
	return out, true
}

func yamlOpenAPI(head []byte) bool {
	for line := range bytes.Lines(head) {
		if bytes.HasPrefix(line, []byte("openapi:")) || bytes.HasPrefix(line, []byte("swagger:")) {
			return true
		}
	}
	return false
}

// roleOf is the role of a file where the manifest gives none: by the folders
// "example(s)" and "codelist(s)" that it lies in, then by its media type.
func roleOf(p, mediaType string) standard.Role {
	for seg := range strings.SplitSeq(strings.ToLower(path.Dir(p)), "/") {
		switch seg {
		case "example", "examples", "samples":
			return standard.RoleExample
		case "codelist", "codelists", "code-lists":
			return standard.RoleCodelist
		}
	}
	base, _, _ := strings.Cut(mediaType, ";")
	switch base {
	case mediaJSONSchema, mediaOpenAPI, mediaOpenAPIJS, "application/xsd+xml", "text/x-protobuf",
		"application/vnd.apache.avro.schema+json", "application/vnd.apache.avro.protocol+json",
		"text/vnd.apache.avro.idl", "application/schematron+xml", "application/wsdl+xml",
		"application/xml-dtd", "application/relax-ng-compact-syntax", "application/graphql", "text/x-thrift", "text/x-asn1":
		return standard.RoleSchema
	case "text/markdown", "text/html", "text/asciidoc", "text/x-rst", "application/pdf",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.oasis.opendocument.text":
		return standard.RoleDocumentation
	}
	return standard.RoleUnspecified
}
