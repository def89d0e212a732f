// Package registry owns the use cases: what may be published and changed, by
// which rules, and in which order it becomes visible. It reads snapshots of a
// replica and writes through a store, and it alone makes records and entries
// of the change log.
//
// # Writing
//
// Every write is a proposal: a pure function from a snapshot to records and
// entries, or to a refusal. One committer a replica takes what is queued,
// evaluates each proposal on its predecessor's result, and commits them as one
// batch on the head they were evaluated on. A refused proposal never fails its
// neighbours. When the head has moved, all of them are evaluated anew. A
// verdict is given only once it is known to rest on the newest head: the
// commit that went in proves it, or a linearizable read of the head does.
//
// Blobs go in before the version that names them. A publication notes how
// often orphans had been swept, sees that its blobs are whole, and is sent
// back to look again if a sweep came between.
//
// # What it refuses to know
//
// gRPC, HTTP, the generated code, etcd, who may write (the caller has been
// authenticated; Caller.Actor says as whom), how a reference is resolved
// (package resolve) and what is inside a file (package artifact).
package registry
