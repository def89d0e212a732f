package lockfile

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// Parse reads a lock. The error is a Problems with every problem and its line.
// The order of entries doesn't matter, since merging may change it. Parse and
// Bytes are inverses.
func Parse(data []byte) (*File, error) {
	r := &reader{}
	f := r.file(data)
	if err := r.problems.err(); err != nil {
		return nil, err
	}
	f.sort()
	return f, nil
}

func (r *reader) file(data []byte) *File {
	f := &File{}
	root := r.document(data)
	if root == nil {
		return f
	}
	var format, revision uint64
	seen := seen{}
	r.mapping(root, "lock",
		field{"lock", true, into(r, &format, parseFormat)},
		field{"registry", false, into(r, &f.Registry, parseText)},
		field{"revision", true, into(r, &revision, parseUint)},
		field{"as-of", false, into(r, &f.AsOf, standard.ParseDay)},
		field{"standards", true, r.list(func(n *yaml.Node) {
			e := r.entry(n)
			r.once(seen, n, e.ID)
			f.Entries = append(f.Entries, e)
		})},
		field{"unresolved", false, r.list(func(n *yaml.Node) {
			u := r.unresolved(n)
			r.once(seen, n, u.ID)
			f.Unresolved = append(f.Unresolved, u)
		})},
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
func (r *reader) once(s seen, n *yaml.Node, id designation.ID) {
	if id.IsZero() {
		return
	}
	if line, ok := s[id.Key()]; ok {
		r.report(n, "%s is given twice, first in line %d; remove one or run \"etalon lock\" again", id, line)
		return
	}
	s[id.Key()] = n.Line
}

func (r *reader) entry(n *yaml.Node) Entry {
	var e Entry
	r.mapping(n, "standard",
		field{"cites", true, into(r, &e.ID, parseID)},
		field{"ref", true, into(r, &e.Ref, parseRef)},
		field{"digest", true, into(r, &e.Digest, standard.ParseDigest)},
		field{"edition", false, into(r, &e.Edition, parseText)},
		field{"through", false, into(r, &e.Through, parseText)},
		field{"undated", false, into(r, &e.Undated, parseTrue)},
		field{"prerelease", false, into(r, &e.Prerelease, parseTrue)},
		field{"status", false, into(r, &e.Status, parseStatus)},
		field{"since", false, into(r, &e.Since, standard.ParseDay)},
		field{"successor", false, into(r, &e.Successor, parseText)},
		field{"removal", false, into(r, &e.Removal, standard.ParseDay)},
		field{"alternative", false, into(r, &e.Alternative, parseText)},
		field{"next", false, r.list(func(n *yaml.Node) { e.Steps = append(e.Steps, r.step(n)) })},
		field{"files", false, r.files(&e.Files)},
	)
	return e
}

func (r *reader) step(n *yaml.Node) check.Step {
	var s check.Step
	r.mapping(n, "step",
		field{"status", true, into(r, &s.Status, parseStatus)},
		field{"effective", true, into(r, &s.Effective, standard.ParseDay)},
		field{"successor", false, into(r, &s.Successor, parseText)},
	)
	return s
}

func (r *reader) unresolved(n *yaml.Node) Unresolved {
	var u Unresolved
	r.mapping(n, "citation",
		field{"cites", true, into(r, &u.ID, parseID)},
		field{"outcome", true, into(r, &u.Outcome, parseOutcome)},
		field{"files", false, r.files(&u.Files)},
	)
	return u
}

func (r *reader) files(dst *[]string) func(*yaml.Node) {
	lines := map[string]int{}
	return r.list(func(n *yaml.Node) {
		var name string
		into(r, &name, parseText)(n)
		if line, ok := lines[name]; ok && name != "" {
			r.report(n, "%q is given twice, first in line %d", clip(name), line)
			return
		}
		lines[name] = n.Line
		*dst = append(*dst, name)
	})
}
