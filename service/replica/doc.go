// Package replica owns the in-memory read model of a registry: immutable
// snapshots of the catalogue behind an atomic pointer, their indexes, the
// recent end of the change log, and the search index. One store feeds it.
//
// Readers take a Snapshot and never wait for writers. A commit copies what it
// touches, not the catalogue. A snapshot is complete: everything in it is of
// one revision. Revisions never go backwards.
//
// It refuses to know the rules of publication, which are the registry's, how
// a reference picks a version, which is resolve's, and every database and
// transport. It holds no file lists and no bytes of files.
package replica
