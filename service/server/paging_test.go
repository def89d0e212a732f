package server

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// Paging while others write neither skips nor repeats what does not change:
// every standard that was there at the first page and is not touched comes
// exactly once, in every order, and on a server that was restarted meanwhile.
func TestPagingWhileOthersWrite(t *testing.T) {
	r := start(t, "")
	ctx := r.admin()
	r.authority("a")
	r.authority("b")
	made := 0
	create := func(t interface{ Fatal(...any) }, authority string) string {
		made++
		s, err := r.standards.CreateStandard(ctx, &etalonv1.CreateStandardRequest{
			Parent: "authorities/" + authority, StandardId: fmt.Sprintf("s%d", made*7919%1000+made*1000),
			Standard: &etalonv1.Standard{Titles: texts(fmt.Sprintf("Title %d", made*31%17)), Kind: etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_SEMVER},
		})
		if err != nil {
			t.Fatal(err)
		}
		return s.GetName()
	}
	var steady []string
	for i := range 30 {
		steady = append(steady, create(t, string("ab"[i%2])))
	}
	restless := []string{create(t, "a"), create(t, "b")}
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.SampledFrom([]string{"", "name desc", "title", "title desc", "update_time", "update_time desc"}).Draw(rt, "order")
		size := rapid.Int32Range(5, 30).Draw(rt, "size")
		req := &etalonv1.ListStandardsRequest{Parent: "authorities/-", Filter: `kind = "FORMAT"`, OrderBy: order, PageSize: size}
		seen := map[string]int{}
		for {
			list, err := r.standards.ListStandards(ctx, req)
			if err != nil {
				rt.Fatal(err)
			}
			for _, s := range list.GetStandards() {
				seen[s.GetName()]++
			}
			if req.PageToken = list.GetNextPageToken(); req.GetPageToken() == "" {
				break
			}
			if len(list.GetStandards()) != int(size) {
				rt.Fatalf("a page of %d has %d items and is not the last", size, len(list.GetStandards()))
			}
			switch rapid.IntRange(0, 2).Draw(rt, "meanwhile") {
			case 0:
				if made < 70 {
					create(rt, rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "authority"))
				}
			case 1:
				_, err := r.standards.UpdateStandard(ctx, &etalonv1.UpdateStandardRequest{Standard: &etalonv1.Standard{
					Name:   rapid.SampledFrom(restless).Draw(rt, "standard"),
					Titles: texts(fmt.Sprintf("Title %d", rapid.IntRange(0, 30).Draw(rt, "title"))),
				}})
				if err != nil {
					rt.Fatal(err)
				}
			}
		}
		for _, name := range steady {
			if seen[name] != 1 {
				rt.Fatalf("order %q, pages of %d: %s was listed %d times", order, size, name, seen[name])
			}
		}
	})
	first, err := r.standards.ListStandards(ctx, &etalonv1.ListStandardsRequest{Parent: "authorities/a", PageSize: 3})
	must(t, first, err)
	_, err = r.standards.ListStandards(ctx, &etalonv1.ListStandardsRequest{Parent: "authorities/b", PageSize: 3, PageToken: first.GetNextPageToken()})
	wantError(t, err, codes.InvalidArgument, "BAD_REQUEST")
	_, err = r.standards.ListStandards(ctx, &etalonv1.ListStandardsRequest{Parent: "authorities/a", PageSize: 1001})
	wantError(t, err, codes.InvalidArgument, "LIMIT_EXCEEDED")
	r.stop()
	r = start(t, r.dir)
	rest, err := r.standards.ListStandards(r.admin(), &etalonv1.ListStandardsRequest{Parent: "authorities/a", PageSize: 1000, PageToken: first.GetNextPageToken()})
	must(t, rest, err)
	all, err := r.standards.ListStandards(r.admin(), &etalonv1.ListStandardsRequest{Parent: "authorities/a", PageSize: 1000})
	must(t, all, err)
	names := func(l *etalonv1.ListStandardsResponse) (out []string) {
		for _, s := range l.GetStandards() {
			out = append(out, s.GetName())
		}
		return out
	}
	if got := append(names(first), names(rest)...); !slices.Equal(got, names(all)) {
		t.Errorf("pages over a restart: %v\nall at once: %v", got, names(all))
	}
}

// Versions page in the standard's own order, both ways, also by time.
func TestPagingVersions(t *testing.T) {
	r := start(t, "")
	r.authority("ocp")
	for _, v := range []string{"1.10.0", "1.2.0", "1.9.0", "2.0.0", "1.0.0"} {
		r.publish(ocds, v)
	}
	for order, want := range map[string][]string{
		"":                  {"1.0.0", "1.2.0", "1.9.0", "1.10.0", "2.0.0"},
		"version desc":      {"2.0.0", "1.10.0", "1.9.0", "1.2.0", "1.0.0"},
		"publish_time":      {"1.10.0", "1.2.0", "1.9.0", "2.0.0", "1.0.0"},
		"publish_time desc": {"1.0.0", "2.0.0", "1.9.0", "1.2.0", "1.10.0"},
	} {
		var got []string
		req := &etalonv1.ListVersionsRequest{Parent: ocds, OrderBy: order, PageSize: 2}
		for {
			list, err := r.versions.ListVersions(r.admin(), req)
			for _, v := range must(t, list, err).GetVersions() {
				got = append(got, v.GetVersion())
			}
			if req.PageToken = list.GetNextPageToken(); req.GetPageToken() == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %q: %v, want %v", order, got, want)
		}
	}
}
