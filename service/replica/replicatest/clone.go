package replicatest

import (
	"fmt"
	"slices"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// key names a record, and says whether it is written once. It is empty for a
// type that is no record.
func key(r store.Record) (k string, once bool) {
	switch r := r.(type) {
	case *standard.Authority:
		return "authority/" + string(r.ID), false
	case *standard.Standard:
		return "standard/" + r.Name.String(), false
	case *standard.Version:
		return versionKey("version", r.Name, r.ID), true
	case *standard.Step:
		return fmt.Sprintf("%s/%d", versionKey("status", r.Name, r.Version), r.Number), true
	case *standard.DraftVersion:
		return versionKey("draft", r.Version.Name, r.Version.ID), false
	case store.DeletedDraft:
		return versionKey("draft", r.Name, r.Version), false
	case *standard.Designation:
		return "designation/" + r.Key, false
	case *standard.Outcome:
		return "request/" + r.RequestID, true
	}
	return "", false
}

func versionKey(kind string, n standard.Name, v standard.VersionID) string {
	return kind + "/" + n.String() + "/" + v.Fold()
}

func cloneCommit(c store.Commit) store.Commit {
	out := store.Commit{Head: c.Head}
	for _, r := range c.Records {
		out.Records = append(out.Records, clone(r))
	}
	for _, e := range c.Entries {
		e := *e
		out.Entries = append(out.Entries, &e)
	}
	return out
}

// clone copies a record and every slice in it: what a real store decodes is
// the reader's own, too.
func clone(r store.Record) store.Record {
	switch r := r.(type) {
	case *standard.Authority:
		c := *r
		c.Titles, c.Descriptions = slices.Clone(r.Titles), slices.Clone(r.Descriptions)
		c.Contacts, c.Sectors, c.Prefixes = slices.Clone(r.Contacts), slices.Clone(r.Sectors), slices.Clone(r.Prefixes)
		return &c
	case *standard.Standard:
		c := *r
		c.Titles, c.Descriptions = slices.Clone(r.Titles), slices.Clone(r.Descriptions)
		c.Sectors, c.Designations = slices.Clone(r.Sectors), slices.Clone(r.Designations)
		c.Relations, c.Tags = slices.Clone(r.Relations), slices.Clone(r.Tags)
		return &c
	case *standard.Version:
		c := cloneVersion(*r)
		return &c
	case *standard.Step:
		c := *r
		if r.Amendment != nil {
			a := *r.Amendment
			a.Notes = slices.Clone(a.Notes)
			a.AddRelations, a.RemoveRelations = slices.Clone(a.AddRelations), slices.Clone(a.RemoveRelations)
			c.Amendment = &a
		}
		return &c
	case *standard.DraftVersion:
		c := *r
		c.Version, c.Files = cloneVersion(r.Version), slices.Clone(r.Files)
		return &c
	case *standard.Designation:
		c := *r
		c.Claims = slices.Clone(r.Claims)
		return &c
	case *standard.Outcome:
		c := *r
		return &c
	}
	return r
}

func cloneVersion(v standard.Version) standard.Version {
	v.Notes, v.Designations = slices.Clone(v.Notes), slices.Clone(v.Designations)
	v.Relations, v.Links, v.Members = slices.Clone(v.Relations), slices.Clone(v.Links), slices.Clone(v.Members)
	return v
}
