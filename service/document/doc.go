// Package document reads text with positions out of the files that
// specifications arrive in: Markdown, plain text, HTML, Word, OpenDocument,
// PDF, spreadsheets, CSV, YAML and JSON.
//
// A Document's Text is what a person reads, in reading order, as UTF-8 whose
// lines end with "\n". Blocks (paragraphs, headings, list items, table cells,
// pages) are separated by a blank line where the format knows blocks; within
// a block a single "\n" is a line wrap or a line break. Superscript digits and
// letters, such as the marks of footnotes, come as Unicode superscripts where
// the format tells ("RFC 2119¹⁰"), so that they never glue onto a number.
// In formats that are text already (Markdown, plain text, CSV, YAML, JSON),
// Text is the source itself, decoded to UTF-8.
//
// Every offset of Text has a Place that a person can find, and where the text
// stands verbatim in the source, the bytes of the source that hold it.
//
// Hostile input ends in an error, in bounded time and memory: see Limits.
//
// The package knows nothing of standards, citations or registries.
package document
