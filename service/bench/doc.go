// Package bench measures the registry against the least that the same work
// can cost: an empty call that returns as many bytes, a raw transaction of the
// same keys, a paged read of the same range. Both sides run at the same time,
// in processes of their own, and take turns in random order, so that a result
// is a ratio and survives a busy machine. docs/benchmarks.md has the aims and
// what was measured.
//
//	go test ./service/bench -run '^$' -bench . -benchtime 1x
//
// It owns the rigs: the processes, the load and the statistics. It refuses to
// judge: no test here asserts a time or a ratio. The tests see only that
// every rig does what it says, on little data.
package bench
