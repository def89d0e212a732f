// Package report writes what checks of documents gave: for people as text and
// Markdown, for programs as JSON and YAML, for code scanning as SARIF 2.1.0,
// and for build servers as JUnit XML.
//
// It owns how findings look, and that text out of a document can do no harm
// where it is shown: to a terminal, a comment, a page or a parser. JSON and
// YAML have the names of the public contract, so that the server and the
// command line say the same.
//
// It finds nothing, judges nothing and opens no file. It knows no protobuf.
package report
