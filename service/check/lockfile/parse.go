package lockfile

import (
	"fmt"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/strictyaml"
)

// Parse reads a lock. The error is a Problems with every problem and its line.
// The order of entries doesn't matter, since merging may change it. Parse and
// Bytes are inverses.
func Parse(data []byte) (*File, error) {
	r := newReader()
	f := r.file(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	f.sort()
	return f, nil
}

func (r *reader) file(data []byte) *File {
	f := &File{}
	root, ok := r.document(data)
	if !ok {
		return f
	}
	var format, revision uint64
	seen := seen{}
	r.Mapping(root, "lock",
		strictyaml.Required("lock", into(r, &format, parseFormat)),
		strictyaml.Optional("registry", into(r, &f.Registry, parseText)),
		strictyaml.Required("revision", into(r, &revision, parseUint)),
		strictyaml.Optional("as-of", into(r, &f.AsOf, standard.ParseDay)),
		strictyaml.Required("standards", r.list(func(n node) {
			e := r.entry(n)
			r.once(seen, n, e.ID)
			f.Entries = append(f.Entries, e)
		})),
		strictyaml.Optional("unresolved", r.list(func(n node) {
			u := r.unresolved(n)
			r.once(seen, n, u.ID)
			f.Unresolved = append(f.Unresolved, u)
		})),
	)
	f.Revision = standard.Revision(revision)
	return f
}

func parseFormat(s string) (uint64, error) {
	n, err := parseUint(s)
	if err == nil && n != Format {
		err = fmt.Errorf("the form of this file is %d, this program knows %d; use a newer one", n, Format)
	}
	return n, err
}

// seen maps the keys of designations to the lines where they stand.
type seen map[string]int

// once reports a designation that has an entry already.
func (r *reader) once(s seen, n node, id designation.ID) {
	if id.IsZero() {
		return
	}
	if line, ok := s[id.Key()]; ok {
		r.Report(n, "%s is given twice, first in line %d; remove one or run \"etalon lock\" again", id, line)
		return
	}
	s[id.Key()] = n.Line
}

func (r *reader) entry(n node) Entry {
	var e Entry
	r.Mapping(n, "standard",
		strictyaml.Required("cites", into(r, &e.ID, parseID)),
		strictyaml.Required("ref", into(r, &e.Ref, parseRef)),
		strictyaml.Required("digest", into(r, &e.Digest, standard.ParseDigest)),
		strictyaml.Optional("edition", into(r, &e.Edition, parseText)),
		strictyaml.Optional("through", into(r, &e.Through, parseText)),
		strictyaml.Optional("undated", into(r, &e.Undated, parseTrue)),
		strictyaml.Optional("prerelease", into(r, &e.Prerelease, parseTrue)),
		strictyaml.Optional("status", into(r, &e.Status, parseStatus)),
		strictyaml.Optional("since", into(r, &e.Since, standard.ParseDay)),
		strictyaml.Optional("successor", into(r, &e.Successor, parseText)),
		strictyaml.Optional("removal", into(r, &e.Removal, standard.ParseDay)),
		strictyaml.Optional("alternative", into(r, &e.Alternative, parseText)),
		strictyaml.Optional("next", r.list(func(n node) { e.Steps = append(e.Steps, r.step(n)) })),
		strictyaml.Optional("files", r.files(&e.Files)),
	)
	return e
}

func (r *reader) step(n node) check.Step {
	var s check.Step
	r.Mapping(n, "step",
		strictyaml.Required("status", into(r, &s.Status, parseStatus)),
		strictyaml.Required("effective", into(r, &s.Effective, standard.ParseDay)),
		strictyaml.Optional("successor", into(r, &s.Successor, parseText)),
	)
	return s
}

func (r *reader) unresolved(n node) Unresolved {
	var u Unresolved
	r.Mapping(n, "citation",
		strictyaml.Required("cites", into(r, &u.ID, parseID)),
		strictyaml.Required("outcome", into(r, &u.Outcome, parseOutcome)),
		strictyaml.Optional("files", r.files(&u.Files)),
	)
	return u
}

func (r *reader) files(dst *[]string) func(node) {
	lines := map[string]int{}
	return r.list(func(n node) {
		var name string
		into(r, &name, parseText)(n)
		if line, ok := lines[name]; ok && name != "" {
			r.Report(n, "%q is given twice, first in line %d", strictyaml.Clip(name), line)
			return
		}
		lines[name] = n.Line
		*dst = append(*dst, name)
	})
}
