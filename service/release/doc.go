// Package release owns the two files that people write: etalon.yaml, which
// makes a directory publishable as one version, and the catalogue file, which
// records what is known of an authority's standards. It reads them, reports
// every problem with its line, and turns them into the records of the domain.
//
// It is pure but for reading the directory that Scan is given. It knows no
// storage, no transport and no clock: times of recording stay zero.
package release
