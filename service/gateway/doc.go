// Package gateway is the HTTP face of the registry: JSON for every RPC, plain
// bytes for the streams, server-sent events for the change feed, the OpenAPI
// document, and a page for people at "/".
//
// It owns what HTTP has and gRPC has not: routes and methods, status codes,
// caching headers and conditional requests, ranges, compression, content types
// that are safe to serve, and a cache of finished answers. It refuses to know
// any rule of the registry: every answer comes from an RPC, through the same
// interceptors and the same code as over gRPC.
//
// # Caching
//
// The bytes of a blob and the files of an exact version never change: they are
// immutable, and their ETag is their digest. Every other answer is "no-cache",
// for a status can change, and has an ETag of two parts: the revision that the
// answer names and a hash of the answer itself. The hash is there because a
// step that takes effect at its time changes an answer without a new revision,
// and because one revision has many answers. A gzipped answer has an ETag of
// its own. Answers to requests that carry credentials are never stored.
//
// Finished answers are kept in memory while the replica's revision is the one
// that they were read at, until the moment at which they say that they may
// change. An answer that depends on the clock and can't say when (a list, a
// standard's tags) is kept for a second. While the store is away nothing is
// served from memory, since answers then say how stale they are.
//
// # Persistent identifiers
//
// The paths /{authority}, /{authority}/{standard} and
// /{authority}/{standard}/{version} are those of the persistent identifiers,
// where the host of the base leads here. They answer 303 to the resource in the
// contract, whoever asks, and 404 where there is none. A member is the fragment
// of a version's identifier, which a client keeps to itself. Identifiers never
// hide what is served below /v1, nor health and figures, so authorities called
// v1, healthz, readyz or metrics have none that lead on.
//
// # Files as content of this origin
//
// A stored file can be anything, and whoever publishes must not gain the
// origin of the registry by it. So every byte route says nosniff and a content
// security policy of "sandbox; default-src 'none'", which gives a document an
// origin of its own, without scripts. What a browser would render or run (HTML,
// SVG, XML, scripts and their like) keeps its true type, for tools that want
// it, but is an attachment: browsers save it. So is every blob, whose type
// nobody knows.
package gateway
