// Package pdffile reads the objects of a PDF file: its cross-reference (also
// where that is broken), object streams, filters and encryption with an empty
// user password.
//
// It is made for hostile files. Everything that takes time or memory is paid
// for from a Budget; once that is spent, all functions give zero values and
// Budget.Err says why. What is merely damaged reads as null, as ISO 32000
// wants, so that one bad object does not hide the rest of a document.
//
// The package knows nothing of pages, fonts or text.
package pdffile
