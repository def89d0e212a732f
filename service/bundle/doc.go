// Package bundle is the file that a part of a registry travels in: what its
// parts are, how it is written and read, and the read-only store that it is
// once it was read. docs/bundle-format.md describes it.
//
// It holds the registry's own records, verbatim, so that the very code that
// answers on a server answers from a bundle; package offline puts that
// together. It refuses to know which standards belong into a bundle, which is
// the registry's business, and what the records mean.
package bundle
