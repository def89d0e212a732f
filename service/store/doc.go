// Package store is the storage contract of the registry: what a store keeps,
// what it guarantees, and the errors it answers with. It knows the domain
// values and no database. etcdstore implements it; storetest proves it.
//
// # Guarantees
//
// Log. The change log is a gap-free sequence of entries, indexed from 1. It is
// append-only: an entry, once read, reads the same for ever. The head is the
// index of the last entry. Revision always means such an index.
//
// Atomicity. Commit makes every record and entry of a batch visible at once,
// or nothing.
//
// One compare. Commit succeeds only if the head is still the one that the
// batch was evaluated on. Every commit and every sweep moves the head, so this
// compare covers everything that was read. Two commits on one head: at most
// one succeeds, the other gets ErrConflict.
//
// Create-only. A version, a step, an entry and an outcome are written once. A
// batch that would write one again gets ErrExists and writes nothing, even if
// its head is right. Ids of versions are the same if they are so ignoring case.
//
// Durability. When Commit or Put returns nil, what was written survives the
// loss of any process, and in a cluster of any minority of members. When they
// return an error other than ErrUnknownOutcome, nothing of the batch was or
// will be visible. With ErrUnknownOutcome it is there whole or not at all, or
// still on its way. A head that moved tells: the entries after the old head
// are those of the batch, or it was lost. While the head stands still the same
// changes may be committed on it again: at most one of the two succeeds.
//
// Order. Follow delivers commits in order, each once, without gaps: first the
// first one after the given head. If the store can't (its history was
// compacted), it says ErrCompacted, and the reader loads anew and compares.
//
// Blobs. A blob is named by its SHA-256 and is whole or absent: Put makes it
// visible only after its last byte is durable and its digest was checked. A
// blob that Stat, asked after Head, reported whole stays whole as long as the
// head's Sweeps is what that Head said, redaction apart: the sweeper moves it
// in the very transaction that deletes.
//
// Archive. A dump is one state, verbatim. Restored into an empty store and
// dumped again it is the same, byte for byte. A restore is seen whole, with
// its last write, or not at all; a broken one can be repeated, and until then
// the store takes no commits.
//
// Identity. A registry has one random id, on which all handles agree, also if
// they create it at once. The size and digest of a record are those of its
// stored bytes.
//
// Time. The store stamps nothing: all times come with the records.
package store
