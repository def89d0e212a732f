// Package standard owns the values and rules of the domain: names, versions
// and their order, ranges, references, digests, manifests, and the life of a
// version. It is pure: time, randomness and I/O are arguments. It knows no
// storage, no transport and no file format other than the canonical manifest.
//
// Terms follow ISO/IEC 11179 (registration authority), then DCAT and ADMS
// (version, status) and SKOS (relations between members).
package standard
