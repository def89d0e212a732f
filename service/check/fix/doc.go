// Package fix puts the replacements of findings into files that are text:
// Markdown, plain text, HTML, CSV, YAML and JSON.
//
// It owns what makes that safe: only bytes that stand verbatim in the file are
// replaced, so its encoding, line ends and all else stay as they are; a YAML
// or JSON file keeps its structure, and every value but the one that was meant;
// what can't be done so is left alone, with a reason.
//
// It judges no finding: which replacements may be made is the caller's to say,
// and check.Finding.Safe's. It opens and writes no file.
package fix
