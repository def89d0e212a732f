package rpc

import (
	"time"

	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// item is a standard, or a version of one, as a filter sees it.
type item struct {
	view     resolve.View
	standard *resolve.Standard
	version  *resolve.Version
	now      time.Time
}

// filters are the fields that each list can be filtered by.
type filters struct {
	authorities *filterable[*standard.Authority]
	standards   *filterable[item]
	versions    *filterable[item]
}

func newFilters() filters {
	return filters{
		authorities: newFilterable(
			filterField[*standard.Authority]{name: "id", text: func(a *standard.Authority) string { return string(a.ID) }},
			filterField[*standard.Authority]{name: "title", text: func(a *standard.Authority) string { return english(a.Titles) }},
			filterField[*standard.Authority]{name: "sector", list: func(a *standard.Authority) []string { return a.Sectors }},
			filterField[*standard.Authority]{name: "parent", text: func(a *standard.Authority) string { return string(a.Parent) }},
		),
		standards: newFilterable(
			filterField[item]{name: "id", text: func(i item) string { return i.standard.Record.Name.Standard }},
			filterField[item]{name: "authority", text: func(i item) string { return string(i.standard.Record.Name.Authority) }},
			filterField[item]{name: "title", text: func(i item) string { return english(i.standard.Record.Titles) }},
			filterField[item]{name: "kind", text: func(i item) string { return i.standard.Record.Kind.String() }, values: names[standard.Kind]()},
			filterField[item]{name: "scheme", text: func(i item) string { return i.standard.Record.Scheme.String() }, values: names[standard.Scheme]()},
			filterField[item]{name: "sector", list: func(i item) []string { return i.standard.Record.Sectors }},
			filterField[item]{name: "access", text: func(i item) string { return i.standard.Record.Access.String() }, values: names[standard.Access]()},
			filterField[item]{name: "steward", text: func(i item) string { return i.standard.Record.Steward }},
			filterField[item]{name: "licence", text: func(i item) string { return i.standard.Record.Licence }},
			filterField[item]{name: "tag", list: func(i item) []string { return i.tags() }},
			filterField[item]{name: "latest", text: func(i item) string { return i.latest() }},
			filterField[item]{name: "versions", number: func(i item) int64 { return int64(len(i.standard.Versions)) }},
			filterField[item]{name: "create_time", when: func(i item) time.Time { return i.standard.Record.Created }},
			filterField[item]{name: "update_time", when: func(i item) time.Time { return i.standard.Record.Updated }},
		),
		versions: newFilterable(
			filterField[item]{name: "version", text: func(i item) string { return string(i.version.Record.ID) }},
			filterField[item]{name: "label", text: func(i item) string { return i.amended().Label }},
			filterField[item]{name: "status", text: func(i item) string { return i.status().String() }, values: names[standard.Status]()},
			filterField[item]{name: "release_date", text: func(i item) string { return i.amended().Released.String() }},
			filterField[item]{name: "publish_time", when: func(i item) time.Time { return i.version.Record.Recorded }},
			filterField[item]{name: "prerelease", yes: func(i item) bool { return i.version.Record.Prerelease || i.version.Order.Prerelease() }},
			filterField[item]{name: "designation", list: func(i item) []string { return i.version.Record.Designations }},
		),
	}
}

func (i item) tags() []string {
	var out []string
	for tag := range standard.TagsAt(i.standard.Record.Tags, i.now, time.Time{}) {
		out = append(out, tag)
	}
	return out
}

func (i item) latest() string {
	if v := resolve.Latest(i.view, i.standard, i.now); v != nil {
		return string(v.Record.ID)
	}
	return ""
}

func (i item) amended() standard.Version {
	return standard.Amended(i.version.Record, stepValues(i.version.Steps), time.Time{})
}

func (i item) status() standard.Status {
	r := i.amended()
	return standard.StateAt(&r, stepValues(i.version.Steps), i.now, time.Time{}).Status
}

// names lists the values of an enum but for the unspecified one.
func names[E interface {
	~uint8
	String() string
}]() []string {
	var out []string
	for e := E(1); ; e++ {
		s := e.String()
		if len(s) > 8 && s[:8] == "UNKNOWN_" {
			return out
		}
		out = append(out, s)
	}
}
