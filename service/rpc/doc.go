// Package rpc is the gRPC face of the registry: one file per RPC, top-down.
// It owns the shape of requests and answers (conversion, bad fields, page
// tokens, filters), the mapping of errors to statuses (errors.go alone makes
// them), and what every call shares: request id, authentication, deadline,
// access log, metrics and recovery from panics.
//
// It refuses to know rules of the registry, which are registry's, how a
// reference picks a version, which is resolve's, every database, and HTTP.
package rpc
