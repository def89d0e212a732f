// Package strictyaml owns reading YAML that people write by hand: every
// problem is told at once, with its line and column, its path from the root,
// and what was probably meant. One document a file, fields that are known,
// given once and not empty, no aliases.
//
// It refuses to know what any file is for: the fields, what their texts mean
// and how the file is spoken of come from its callers.
package strictyaml
