package rpc

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

func sampleItem() item {
	day := time.Date(2024, 10, 1, 12, 0, 0, 0, time.UTC)
	return item{
		view: replica.Empty(0), now: day.AddDate(1, 0, 0),
		standard: &resolve.Standard{Record: &standard.Standard{
			Name:   standard.Name{Authority: "ocp", Standard: "ocds"},
			Titles: []standard.Text{{Language: "cy", Value: "Safon"}, {Language: "en", Value: "Open Contracting Data Standard"}},
			Kind:   standard.Format, Scheme: standard.Semver, Sectors: []string{"procurement", "open data"},
			Access: standard.AccessOpen, Steward: "OCP", Licence: "CC-BY-4.0", Created: day, Updated: day,
			Tags: []standard.TagChange{{Tag: "recommended", Version: "1.1.5", Effective: day, Recorded: day}},
		}},
	}
}

// Every one of these took the parser seconds, or would have in a longer form.
func TestDeepFiltersAreRefused(t *testing.T) {
	fs := newFilters().standards
	for _, part := range []string{"(", "id=(", "NOT (", "-(", "id=1 AND (", "a ("} {
		deepest := ""
		for depth(deepest+part) <= maxFilterDepth {
			deepest += part
		}
		var f fields
		if fs.compile(&f, deepest+part); len(f.found) != 1 || !strings.Contains(f.found[0].description, "nested 33 deep") {
			t.Errorf("%q nested 33 deep: %v", part, f.found)
		}
		closed := fields{}
		if fs.compile(&closed, strings.Repeat("(", maxFilterDepth)+`id = "a"`+strings.Repeat(")", maxFilterDepth)); len(closed.found) > 0 {
			t.Errorf("nested %d deep: %v", maxFilterDepth, closed.found)
		}
	}
	if n := depth(")))(a)(b(c))(("); n != 2 {
		t.Errorf("depth %d, want 2", n)
	}
}

func TestAFilterEndsWithItsCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	looked := 0
	keep := predicate[int](func(i int) bool {
		if looked++; i == 2 {
			cancel()
		}
		return true
	}).while(ctx)
	got, _ := take(slices.Values([]int{1, 2, 3, 4}), 10, keep)
	if looked != 2 || len(got) != 2 {
		t.Errorf("looked at %d and let %v through after the call had ended", looked, got)
	}
	if predicate[int](nil).while(ctx) != nil {
		t.Error("no filter became one")
	}
}

func TestFilter(t *testing.T) {
	fs := newFilters().standards
	tests := []struct {
		filter string
		want   bool
	}{
		{``, true},
		{`kind = "FORMAT"`, true},
		{`kind = "API"`, false},
		{`kind != "API" AND scheme = "SEMVER"`, true},
		{`kind = "API" OR id = "ocds"`, true},
		{`NOT kind = "API"`, true},
		{`-kind = "API"`, true},
		{`title:"contracting"`, true},
		{`title = "open*"`, true},
		{`title = "*standard"`, true},
		{`title = "*contract*"`, true},
		{`title = "open"`, false},
		{`sector:"procurement"`, true},
		{`sector:"health"`, false},
		{`sector:"open*"`, true},
		{`tag:"recommended"`, true},
		{`tag:"lts"`, false},
		{`versions = 0`, true},
		{`versions > 0`, false},
		{`create_time >= "2024-10-01T00:00:00+01:00"`, true},
		{`create_time < "2024-10-01T12:00:00Z"`, false},
		{`update_time = timestamp("2024-10-01T12:00:00Z")`, true},
		{`(kind = "API" OR kind = "FORMAT") AND authority = "ocp"`, true},
		{`licence = "cc-by-4.0"`, true},
	}
	for _, tt := range tests {
		var f fields
		keep := fs.compile(&f, tt.filter)
		if err := f.err(); err != nil {
			t.Errorf("%s: %v", tt.filter, err)
			continue
		}
		if got := keep == nil || keep(sampleItem()); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.filter, got, tt.want)
		}
	}
}

func TestFilterRefuses(t *testing.T) {
	fs := newFilters()
	for _, filter := range []string{
		`procurement`, `kind`, `kind = `, `colour = "red"`, `kind = "FORMATT"`, `versions = "many"`,
		`sector = "health"`, `create_time > "soon"`, `kind = "API" "x"`, `create_time > "2024-10-01"`, `versions`, `"x" = kind`,
		`create_time:"2024"`, `((((`, strings.Repeat("a", maxFilter+1),
	} {
		var f fields
		fs.standards.compile(&f, filter)
		if f.err() == nil {
			t.Errorf("filter %.40q was taken", filter)
			continue
		}
		if strings.Contains(f.err().Error(), "\n") {
			t.Errorf("filter %.40q: more than one line: %v", filter, f.err())
		}
	}
	var f fields
	keep := fs.versions.compile(&f, `prerelease AND NOT prerelease = false`)
	if f.err() != nil {
		t.Fatal(f.err())
	}
	i := sampleItem()
	i.version = &resolve.Version{Record: &standard.Version{Prerelease: true}}
	if !keep(i) {
		t.Error("a pre-release is not let through")
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{`kind = "FORMAT" AND sector:"a"`, `NOT (versions > 3 OR tag:x)`, `create_time < timestamp("2024-01-01T00:00:00Z")`, `-title = "*a*"`, `a.b = 1`, `versions = -1`, `true`} {
		f.Add(s)
	}
	fs := newFilters().standards
	i := sampleItem()
	f.Fuzz(func(t *testing.T, s string) {
		var bad fields
		keep := fs.compile(&bad, s)
		if bad.err() != nil {
			if keep != nil {
				t.Errorf("%q is refused and yet compiled", s)
			}
			return
		}
		if keep == nil {
			if strings.TrimSpace(s) != "" {
				t.Errorf("%q is neither refused nor compiled", s)
			}
			return
		}
		first := keep(i)
		if keep(i) != first {
			t.Errorf("%q has no steady answer", s)
		}
	})
}
