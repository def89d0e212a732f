package document

import (
	"mime"
	"net/url"
	"path"
	"strings"
)

// byExtension are the formats of names.
var byExtension = map[string]Format{
	".md": Markdown, ".markdown": Markdown, ".mdown": Markdown, ".mkd": Markdown, ".mdx": Markdown, ".qmd": Markdown, ".rmd": Markdown,
	".txt": Text, ".text": Text, ".rst": Text, ".adoc": Text, ".asciidoc": Text, ".log": Text, ".tex": Text,
	".html": HTML, ".htm": HTML, ".xhtml": HTML, ".xht": HTML,
	".docx": DOCX, ".docm": DOCX, ".dotx": DOCX, ".dotm": DOCX,
	".odt": ODT, ".ott": ODT, ".fodt": ODT,
	".pdf":  PDF,
	".xlsx": XLSX, ".xlsm": XLSX, ".xltx": XLSX, ".xltm": XLSX,
	".csv": CSV, ".tsv": CSV, ".tab": CSV,
	".yaml": YAML, ".yml": YAML,
	".json": JSON, ".jsonl": JSON, ".ndjson": JSON, ".jsonld": JSON, ".geojson": JSON,
}

// Readable says whether a file of that name is one that Read takes, by its
// ending. What has none, or one that nobody knows, may be readable too.
func Readable(name string) bool { return byExtension[extension(name)] != "" }

var byMediaType = map[string]Format{
	"text/markdown": Markdown, "text/x-markdown": Markdown,
	"text/plain": Text, "text/x-rst": Text, "text/prs.fallenstein.rst": Text, "text/asciidoc": Text,
	"text/html": HTML, "application/xhtml+xml": HTML,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": DOCX,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.template": DOCX,
	"application/vnd.ms-word.document.macroenabled.12":                        DOCX,
	"application/vnd.oasis.opendocument.text":                                 ODT,
	"application/vnd.oasis.opendocument.text-template":                        ODT,
	"application/vnd.oasis.opendocument.text-flat-xml":                        ODT,
	"application/pdf": PDF, "application/x-pdf": PDF,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":    XLSX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template": XLSX,
	"application/vnd.ms-excel.sheet.macroenabled.12":                       XLSX,
	"text/csv": CSV, "text/tab-separated-values": CSV, "application/csv": CSV,
	"application/yaml": YAML, "application/x-yaml": YAML, "text/yaml": YAML, "text/x-yaml": YAML,
	"application/json": JSON, "text/json": JSON, "application/x-ndjson": JSON, "application/jsonl": JSON,
}

// FormatOf gives the format of a media type, such as
// "text/markdown; charset=utf-8". ok is false for a type that no format has;
// leave the format to Read then. Structured suffixes count: any
// "application/...+json" is JSON, "+yaml" YAML.
func FormatOf(mediaType string) (format Format, ok bool) {
	bare, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		bare, _, _ = strings.Cut(mediaType, ";")
		bare = strings.ToLower(strings.TrimSpace(bare))
	}
	if format, ok = byMediaType[bare]; ok {
		return format, true
	}
	switch {
	case strings.HasSuffix(bare, "+json"):
		return JSON, true
	case strings.HasSuffix(bare, "+yaml"):
		return YAML, true
	}
	return "", false
}

// extension is the ending of a file's name or of a URL's path that tells the
// format, in lower case. ".erb" tells nothing: what stands before it does
// ("page.html.md.erb" is Markdown), and templates of HTML are plain text.
func extension(name string) string {
	if u, err := url.Parse(name); err == nil && u.Scheme != "" && u.Host != "" {
		name = u.Path
	}
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	ext := path.Ext(name)
	for _, template := range []string{".erb", ".j2", ".tmpl"} {
		if ext != template {
			continue
		}
		inner := path.Ext(strings.TrimSuffix(name, template))
		if byExtension[inner] == HTML || inner == "" {
			return ".txt"
		}
		return inner
	}
	return ext
}
