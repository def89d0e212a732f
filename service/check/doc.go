// Package check says what is wrong with the standards that a document cites:
// it looks each citation up, applies the rules, and gives findings.
//
// The way of the data: document.Document -> citation.Scan -> Citations ->
// Finder -> Facts -> rules -> Findings -> Report. All of it but the Finder is
// pure, and the Finder over a resolve.View is too; so the server, a bundle and
// a lockfile give the same findings.
//
// Run checks one document; Across tells what only all of them show together.
// What a rule finds and how it is told is in docs/checking-rules.md.
//
// It knows no transport, no storage and no output format; those of reports are
// in check/report.
package check
