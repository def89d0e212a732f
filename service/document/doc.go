// Package document reads text with positions out of the files that
// specifications arrive in: Markdown, plain text, HTML, Word, OpenDocument,
// PDF, spreadsheets, CSV, YAML and JSON.
//
// A Document's Text is what a person reads, in reading order, as UTF-8 whose
// lines end with "\n". Blocks (paragraphs, headings, list items, table cells,
// pages) are separated by a blank line where the format knows blocks; within
// a block a single "\n" is a line wrap or a line break. Superscript digits and
// letters, such as the marks of footnotes, come as Unicode superscripts where
// the format tells ("RFC 2119¹⁰"), so that they never glue onto a number;
// marks that Unicode has no superscripts for come in brackets ("ISO 9001[Q]").
//
// Every offset of Text has a Place that a person can find, and where the text
// stands verbatim in the source, the bytes of the source that hold it.
//
// # What is read
//
// In formats that are text already (Markdown, plain text, CSV, YAML), Text is
// the source itself, decoded to UTF-8, markup and all. So it is in JSON, but
// for the escapes in strings, which are decoded: "ISO\/IEC 27001\u20112013" is
// read as people mean it, and has no verbatim source where an escape stood.
// What is damaged is read as it stands, with a note.
//
// HTML is read as a browser shows it, without links' addresses. Word and
// OpenDocument texts are read as they show when all tracked changes are
// accepted: first the body, then footnotes, endnotes, comments, headers and
// footers; a text box comes before the paragraph that it is fixed to. Hidden
// text is not read, for nobody sees it; a note counts it. Hidden sheets of a
// spreadsheet are read, for they may apply; a note names them. Numbers that
// programs make up while they show a document (of headings and lists) are not
// in the file, and not in the text.
//
// Bytes that are no UTF-8 are read as Windows-1252, with a note; UTF-16 is
// known by its byte order mark, HTML in other encodings by its <meta>.
//
// # Hostile input
//
// Whatever the bytes are, reading ends: with a document, or with an error that
// says what, where and what to do, and wraps one of the sentinel errors. With
// the default Limits it takes less than 10 s and 512 MiB. Packages are read as
// streams, so that only what is asked for is unpacked, and only once; nesting
// is counted, not recursed into without bound; entities and aliases are not
// expanded.
//
// The package knows nothing of standards, citations or registries.
package document
