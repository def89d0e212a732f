// Package lockfile reads and writes standards.lock: which versions the
// documents of a folder mean, so that everybody who checks them means the
// same, with no server at hand.
//
// It owns the file's form, which is meant for version control: one entry a
// standard that is cited, sorted, and nothing in it that changes by itself.
// The form is described in docs/standards-lock.md.
//
// What counts as drift between a document and its lock is check's. Where the
// file lies, and who writes it, is the caller's.
package lockfile
