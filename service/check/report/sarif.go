package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/document"
)

const (
	homepage = "https://github.com/etalon-registry/etalon"
	rulesDoc = homepage + "/blob/main/docs/checking-rules.md"
	// fingerprint names how findings are told apart. It changes when the way
	// of computing it does.
	fingerprint = "etalonFinding/v1"
)

// helpURI leads to what a rule is about.
func helpURI(id check.RuleID) string { return rulesDoc + "#" + url.PathEscape(string(id)) }

// writeSARIF writes one run with all documents, after SARIF 2.1.0.
func writeSARIF(w io.Writer, reports []check.Report, opts Options) error {
	run := sarifRun{
		Tool:        sarifTool{Driver: sarifDriver{Name: "Etalon", InformationURI: homepage, Version: opts.Version}},
		ColumnKind:  "unicodeCodePoints",
		Artifacts:   []sarifArtifact{},
		Results:     []sarifResult{},
		Invocations: []sarifInvocation{{ExecutionSuccessful: len(opts.Unread) == 0}},
		Properties:  map[string]any{"notice": check.Notice},
	}
	index := map[check.RuleID]int{}
	for i, r := range check.Rules() {
		index[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
	}
	for i, rep := range reports {
		run.Artifacts = append(run.Artifacts, sarifArtifactOf(rep))
		counted := map[string]int{}
		for _, f := range rep.Findings {
			run.Results = append(run.Results, sarifResultOf(rep, f, i, index, counted))
		}
		if rep.Document == nil {
			continue
		}
		for _, note := range rep.Document.AllNotes() {
			run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{
				Level: "note", Message: sarifText(note),
				Locations: []sarifLocation{{Physical: &sarifPhysical{Artifact: artifactOf(rep, i)}}},
			})
		}
	}
	for _, u := range opts.Unread {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{Level: "error", Message: sarifText(u.Message)})
	}
	b, err := indented(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func sarifRuleOf(r check.Rule) sarifRule {
	rule := sarifRule{
		ID: string(r.ID), Short: sarifText(r.Summary), HelpURI: helpURI(r.ID),
		Default: sarifConfiguration{Level: sarifLevel(r.Severity)},
	}
	full := r.Summary + " " + r.Help
	if r.Source != "" {
		full += " Source: " + r.Source + "."
	}
	rule.Full = sarifText(strings.TrimSpace(full))
	rule.Help = rule.Full
	return rule
}

func sarifArtifactOf(rep check.Report) sarifArtifact {
	a := sarifArtifact{Location: sarifArtifactLocation{URI: documentURI(rep)}, Roles: []string{"analysisTarget"}, Properties: map[string]any{}}
	if rep.Document != nil {
		a.MIMEType = mimeTypes[rep.Document.Format]
	}
	if !rep.AsOf.IsZero() {
		a.Properties["asOf"] = rep.AsOf.String()
	}
	if rep.Revision > 0 {
		a.Properties["revision"] = uint64(rep.Revision)
	}
	return a
}

// mimeTypes are the media types of the formats.
var mimeTypes = map[document.Format]string{
	document.Markdown: "text/markdown", document.Text: "text/plain", document.HTML: "text/html",
	document.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	document.ODT:  "application/vnd.oasis.opendocument.text",
	document.PDF:  "application/pdf",
	document.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	document.CSV:  "text/csv", document.YAML: "application/yaml", document.JSON: "application/json",
}

func sarifResultOf(rep check.Report, f check.Finding, artifact int, rules map[check.RuleID]int, counted map[string]int) sarifResult {
	text := f.Message
	if s := advice(f); s != "" {
		text += " " + s + "."
	}
	r := sarifResult{
		RuleID: string(f.Rule), Level: sarifLevel(f.Severity), Message: sarifText(text),
		Locations:    []sarifLocation{sarifLocationOf(rep, f, artifact)},
		Fingerprints: map[string]string{fingerprint: fingerprintOf(rep, f, counted)},
		Properties:   map[string]any{},
	}
	if i, ok := rules[f.Rule]; ok {
		r.RuleIndex = &i
	}
	if fix, ok := sarifFixOf(rep, f, artifact); ok {
		r.Fixes = []sarifFix{fix}
	}
	if f.Waived != "" {
		r.Suppressions = []sarifSuppression{{Kind: suppressionKind(rep, f), Status: "accepted", Justification: clean(f.Waived)}}
	}
	if f.Ref != "" {
		r.Properties["ref"] = f.Ref
	}
	if s := link(f); s != "" {
		r.Properties["link"] = s
	}
	if s := subject(rep, f); s != "" {
		r.Properties["cited"] = s
	}
	if f.Replacement != "" {
		r.Properties["replacement"] = clean(f.Replacement)
	}
	return r
}

// suppressionKind: a waiver stands in the text, or else in the configuration.
func suppressionKind(rep check.Report, f check.Finding) string {
	if rep.Document != nil && strings.Contains(rep.Document.Text, f.Waived) {
		return "inSource"
	}
	return "external"
}

func sarifLevel(s check.Severity) string {
	switch s {
	case check.Error:
		return "error"
	case check.Warning:
		return "warning"
	}
	return "note"
}

// fingerprintOf stays the same when lines move: it is of the rule, what is
// cited, the document, and which time it is there.
func fingerprintOf(rep check.Report, f check.Finding, counted map[string]int) string {
	about := subject(rep, f)
	if about == "" {
		about = clean(f.Message)
	}
	key := strings.Join([]string{string(f.Rule), documentURI(rep), about}, "\x00")
	counted[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, counted[key]))
	return hex.EncodeToString(sum[:16])
}

func sarifLocationOf(rep check.Report, f check.Finding, artifact int) sarifLocation {
	l := sarifLocation{Physical: &sarifPhysical{Artifact: artifactOf(rep, artifact)}}
	if f.Place.Line > 0 {
		l.Physical.Region = regionOf(rep, f)
	}
	for _, p := range []struct{ kind, name string }{
		{"page", pageName(f.Place.Page)}, {"part", f.Place.Part}, {"cell", f.Place.Cell}, {"heading", f.Place.Heading},
	} {
		if name := clean(p.name); name != "" {
			l.Logical = append(l.Logical, sarifLogical{Name: name, Kind: p.kind})
		}
	}
	return l
}

func pageName(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("page %d", n)
}

// regionOf is where the text of a finding stands. Its end is taken from the
// last character: what follows may stand elsewhere.
func regionOf(rep check.Report, f check.Finding) *sarifRegion {
	r := &sarifRegion{StartLine: f.Place.Line, StartColumn: f.Place.Column}
	if rep.Document == nil || f.End <= f.Start || f.End > len(rep.Document.Text) {
		return r
	}
	_, size := utf8.DecodeLastRuneInString(rep.Document.Text[f.Start:f.End])
	last := rep.Document.Place(f.End - size)
	after := r.StartLine < last.Line || r.StartLine == last.Line && r.StartColumn <= last.Column
	if after {
		r.EndLine, r.EndColumn = last.Line, last.Column+1
	}
	return r
}

// sarifFixOf gives the replacement of a safe finding, where the text stands in
// the file as it is shown.
func sarifFixOf(rep check.Report, f check.Finding, artifact int) (sarifFix, bool) {
	if !f.Safe || f.Replacement == "" || rep.Document == nil || f.Place.Line == 0 {
		return sarifFix{}, false
	}
	if _, _, ok := rep.Document.Source(f.Start, f.End); !ok {
		return sarifFix{}, false
	}
	region := regionOf(rep, f)
	if region.EndLine == 0 {
		return sarifFix{}, false
	}
	return sarifFix{
		Description: sarifText("Write " + f.Replacement + "."),
		Changes: []sarifChange{{
			Artifact:     artifactOf(rep, artifact),
			Replacements: []sarifReplacement{{Deleted: *region, Inserted: sarifContent{Text: f.Replacement}}},
		}},
	}, true
}

func artifactOf(rep check.Report, index int) sarifArtifactLocation {
	return sarifArtifactLocation{URI: documentURI(rep), Index: &index}
}

// documentURI is the document's name as a URI reference: relative names stay
// so, and addresses stay as they are.
func documentURI(rep check.Report) string {
	if isStdin(rep) {
		return "stdin"
	}
	name := strings.ToValidUTF8(rep.Document.Name, "\uFFFD")
	if strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://") {
		if u, err := url.Parse(name); err == nil {
			u.RawQuery = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", "`", "%60", "|", "%7C", `\`, "%5C").Replace(u.RawQuery)
			return u.String()
		}
	}
	path := filepath.ToSlash(name)
	if strings.HasPrefix(path, "/") {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}

// sarifText is a plain text message. Braces and links mean something in it,
// so they are escaped (3.11.5, 3.11.6).
func sarifText(s string) sarifMessage {
	s = strings.NewReplacer("{", "{{", "}", "}}").Replace(clean(s))
	if strings.Contains(s, "](") {
		s = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(s)
	}
	return sarifMessage{Text: s}
}
