// Package systemtest tries the product as its users meet it: real programs,
// real processes, real files. It holds tests only.
package systemtest
