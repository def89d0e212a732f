// Package server is the composition root: it builds the parts in order,
// listens, says when it is ready, and takes everything down in reverse. It
// owns what belongs to the process as a whole: listeners, certificates, the
// admin token, metrics, traces, health. It holds no rule of the registry and
// serves no RPC itself.
package server
