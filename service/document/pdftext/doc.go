// Package pdftext reads text out of PDF files in the order that a person reads
// it: words, lines, columns, cells, paragraphs.
//
// In the text "\n" is a line wrap, an empty line parts blocks (paragraphs,
// headings, cells of a table, what repeats at the head and foot of pages), and
// "\t" a wide gap within one line. A hyphen at the end of a line stays, also
// where the file calls it soft (U+00AD): both are "-". Non-breaking hyphens and
// spaces stay as they are; ligatures are taken apart; raised small characters
// are Unicode superscripts where there are such; a glyph whose meaning the file
// does not tell is U+FFFD. Text that is not painted (a scan's recognised text)
// counts, text outside of the page or below 1.5 points does not. Text that runs in another
// direction than most of the page follows the rest.
//
// What it refuses to know: documents of other kinds, citations, pictures. It
// does not recognise text in scans, and leaves right-to-left scripts in the
// order in which they are painted, left to right.
package pdftext
