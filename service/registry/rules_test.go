package registry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

func fieldsOf(e *registry.InvalidError) []string {
	var fs []string
	for _, v := range e.Violations {
		fs = append(fs, v.Field)
	}
	return fs
}

// A publication that is wrong everywhere is told everything at once.
func TestEveryViolationIsReported(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	p := registry.Publication{
		Name: ocds,
		Version: standard.Version{
			ID: "1.x", Label: "two\nlines", Notes: []standard.Text{{Language: "?", Value: ""}},
			Designations: []string{""}, Relations: []standard.Relation{{Degree: standard.Identical}},
			Links:   []standard.Link{{URL: "ftp://x"}},
			Members: []standard.Member{{ID: "a"}, {ID: "a"}},
		},
		Files: []standard.File{
			{Path: "../x", Size: 1, Digest: standard.DigestOf([]byte("a"))},
			{Path: "A.txt", Size: -1},
			{Path: "a.txt", Size: 65 << 20, Digest: standard.DigestOf([]byte("b"))},
		},
		Tags: []string{"latest", "1"},
	}
	_, err := h.Publish(t.Context(), me, p)
	want := []string{
		"files[0].path", "version_id", "version.label", "version.notes[0].language", "version.notes[0].value",
		"version.designations[0]", "version.relations[0].type", "version.relations[0].degree", "version.relations[0].target",
		"version.links[0].url", "version.members[1].id",
		"files[1].size_bytes", "files[1].digest", "files[2].size_bytes", "files[2].path",
		"tags[0]", "tags[1]", "standard.kind", "standard.scheme",
	}
	if diff := cmp.Diff(want, fieldsOf(as[*registry.InvalidError](t, err))); diff != "" {
		t.Errorf("fields (-want +got): %s\n%v", diff, err)
	}
	if e := as[*registry.LimitError](t, err); e.Limit != "blob_bytes" || e.Max != 64<<20 || e.Value != 65<<20 {
		t.Errorf("limit %+v", e)
	}
}

func TestPublishRefusals(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	numeric := standard.Name{Authority: "ocp", Standard: "numeric"}
	declared := standard.Name{Authority: "ocp", Standard: "declared"}
	with := func(n standard.Name, s standard.Scheme, id standard.VersionID, seq uint64) registry.Publication {
		p := h.release(n, id, "c")
		p.Standard.Scheme, p.Version.Sequence = s, seq
		return p
	}
	h.publish(with(numeric, standard.Numeric, "1.1", 0))
	p := with(declared, standard.Declared, "R4", 4)
	p.Tags = []string{"stable"}
	h.publish(p)
	missing := h.release(ocds, "1.0.0", "c")
	missing.Files[0].Digest = standard.DigestOf([]byte("never uploaded"))
	short := h.release(ocds, "1.0.0", "c")
	short.Files[0].Size = 7
	bare := h.release(ocds, "1.0.0", "c")
	bare.Standard = nil
	nobody := standard.Name{Authority: "nobody", Standard: "s"}
	for name, tc := range map[string]struct {
		p    registry.Publication
		want string
	}{
		"no authority":        {h.release(nobody, "1.0.0", "c"), "authorities/nobody not found; an authority is created before"},
		"the same version":    {with(numeric, standard.Numeric, "1.1.0", 0), "version 1.1.0 is held by authorities/ocp/standards/numeric/versions/1.1"},
		"sequence taken":      {with(declared, standard.Declared, "R5", 4), "sequence number 4 is held by authorities/ocp/standards/declared/versions/R4"},
		"no sequence":         {with(declared, standard.Declared, "R5", 0), "no sequence number"},
		"case only":           {with(declared, standard.Declared, "r4", 9), "published with other content"},
		"id is a tag":         {with(declared, standard.Declared, "Stable", 9), "is held by tag stable"},
		"not of the scheme":   {with(numeric, standard.Numeric, "one", 0), "NUMERIC wants digits"},
		"blob missing":        {missing, "content not uploaded: sha256:"},
		"size differs":        {short, "the content stored under the digest has 1 bytes"},
		"standard not known":  {bare, "standard.kind: is missing"},
		"sequence not wanted": {with(numeric, standard.Numeric, "2", 3), "goes with the scheme DECLARED only"},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.replica.Snapshot().Revision()
			_, err := h.Publish(t.Context(), me, tc.p)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if now := h.replica.Snapshot().Revision(); now != before {
				t.Errorf("the refusal moved the revision from %d to %d", before, now)
			}
		})
	}
}

func TestValidateOnly(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	c := me
	c.ValidateOnly = true
	got, err := h.Publish(t.Context(), c, h.release(ocds, "1.0.0", "x"))
	if err != nil || got.Version == nil || !got.StandardCreated {
		t.Fatalf("%+v, %v", got, err)
	}
	if n := len(h.log()); n != 2 || h.replica.Snapshot().Standard(ocds) != nil {
		t.Errorf("a check wrote something: %d entries", n)
	}
	infos, err := h.store.Stat(t.Context(), []standard.Digest{got.Version.Record.Digest})
	if err != nil || infos[0].Size >= 0 {
		t.Errorf("a check stored the manifest: %+v, %v", infos, err)
	}
}

func TestDesignations(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("iso", "ISO")
	h.authority("acme")
	dates := standard.Name{Authority: "iso", Standard: "iso-8601-1"}
	copied := standard.Name{Authority: "acme", Standard: "dates"}
	p := h.release(dates, "1.0.0", "x")
	p.Standard.Designations = []string{"ISO 8601-1"}
	p.Version.Designations = []string{"ISO 8601-1:2019"}
	p.Version.Released, _ = standard.ParseDay("2019-02-25")
	h.publish(p)

	p = h.release(copied, "1.0.0", "x")
	p.Version.Designations = []string{"ISO  8601-1:2019"}
	if got := h.publish(p); len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "recorded as an alias: its prefix belongs to authorities/iso") {
		t.Errorf("warnings %q", got.Warnings)
	}
	if got := h.resolve("ISO 8601-1:2019", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)); got != "iso/iso-8601-1@1.0.0" {
		t.Errorf("in 2020 the designation means %q", got)
	}

	p = h.release(dates, "2.0.0", "y")
	p.Version.Designations = []string{"ISO 8601-1:2019"}
	_, err := h.Publish(t.Context(), me, p)
	e := as[*registry.ConflictError](t, err)
	if e.Field != "version.designations[0]" || e.Holder != "authorities/iso/standards/iso-8601-1/versions/1.0.0" {
		t.Errorf("conflict %+v", e)
	}

	if _, err := h.RemoveDesignation(t.Context(), me, dates, "1.0.0", "ISO 8601-1:2019", time.Time{}); err != nil {
		t.Fatal(err)
	}
	_, err = h.RemoveDesignation(t.Context(), me, dates, "1.0.0", "ISO 8601-1:2019", time.Time{})
	as[*registry.NotFoundError](t, err)
	h.clock.advance(time.Second)
	// The new claim begins where the old one ended, though the version is older.
	p.Version.Released, _ = standard.ParseDay("2019")
	h.publish(p)
	h.clock.advance(time.Second)
	if got := h.resolve("ISO 8601-1:2019", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)); got != "iso/iso-8601-1@1.0.0" {
		t.Errorf("in 2020 the designation still means %q", got)
	}
	if got := h.resolve("ISO 8601-1:2019", h.clock.now()); got != "iso/iso-8601-1@2.0.0" {
		t.Errorf("now the designation means %q", got)
	}
	d, rec, err := h.AddDesignation(t.Context(), me, dates, "", "ISO 8601", time.Time{})
	if err != nil || !d.Owner || rec.Already {
		t.Errorf("added %+v, %+v, %v", d, rec, err)
	}
	if _, rec, err = h.AddDesignation(t.Context(), me, dates, "", "ISO 8601", time.Time{}); err != nil || !rec.Already {
		t.Errorf("added again: %+v, %v", rec, err)
	}
	st := h.replica.Snapshot().Standard(dates).Record
	if diff := cmp.Diff([]string{"ISO 8601-1", "ISO 8601"}, st.Designations); diff != "" {
		t.Errorf("designations of the standard: %s", diff)
	}
	if d, _, err := h.AddDesignation(t.Context(), me, copied, "1.0.0", "bps03148-2007-09", time.Time{}); err != nil || d.Owner {
		t.Errorf("added %+v, %v; want an alias", d, err)
	}
}

// A prefix that no known form of designation has is owned like any other.
func TestAnyPrefixCanBeOwned(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("openreferral", "HSDS")
	h.authority("zed")
	own := standard.Name{Authority: "openreferral", Standard: "hsds"}
	p := h.release(own, "3.0.0", "x")
	p.Version.Designations = []string{"HSDS 3.0"}
	if got := h.publish(p); len(got.Warnings) != 0 {
		t.Errorf("warnings %q", got.Warnings)
	}
	p = h.release(standard.Name{Authority: "zed", Standard: "hijack"}, "1.0.0", "y")
	p.Version.Designations = []string{"hsds 3.0"}
	if got := h.publish(p); len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "recorded as an alias") {
		t.Errorf("warnings %q", got.Warnings)
	}
	if got := h.resolve("HSDS 3.0", h.clock.now()); got != "openreferral/hsds@3.0.0" {
		t.Errorf("the designation means %q", got)
	}
}

func (h *harness) resolve(text string, at time.Time) string {
	h.t.Helper()
	a, err := resolve.Resolve(h.replica.Snapshot(), resolve.Query{Text: text, At: at, Now: h.clock.now()})
	if err != nil {
		return err.Error()
	}
	return a.Ref()
}

func TestPrefixesHaveOneOwner(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("bsi", "BS", "BS EN")
	_, _, err := h.CreateAuthority(t.Context(), me, &standard.Authority{ID: "other", Prefixes: []string{"bs  en"}})
	if e := as[*registry.ConflictError](t, err); e.Holder != "authorities/bsi" {
		t.Errorf("conflict %+v", e)
	}
	h.authority("cen", "EN")
	_, _, err = h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "cen", Prefixes: []string{"EN", "BS"}}, nil, "")
	as[*registry.ConflictError](t, err)
}

func TestReservedAuthoritiesAreRefused(t *testing.T) {
	h := start(t, openStore(t))
	for _, id := range []standard.AuthorityID{"v1", "healthz", "readyz", "metrics"} {
		_, _, err := h.CreateAuthority(t.Context(), me, &standard.Authority{ID: id})
		if as[*registry.InvalidError](t, err); !strings.Contains(err.Error(), "is a path of the server itself") {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestUpdateAuthority(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp", "OCDS")
	old := h.replica.Snapshot().Authority("ocp")
	_, _, err := h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp", Homepage: "https://x.example"}, nil, "r99")
	if !errors.Is(err, registry.ErrEtag) {
		t.Errorf("another etag: %v", err)
	}
	_, _, err = h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp"}, []string{"nonsense"}, "")
	as[*registry.InvalidError](t, err)
	got, rec, err := h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp", Homepage: "https://x.example"}, nil, registry.Etag(old.Revision))
	if err != nil || got.Homepage != "https://x.example" || len(got.Prefixes) != 1 || got.Revision != rec.Revision {
		t.Errorf("updated to %+v, %+v, %v", got, rec, err)
	}
	_, rec, err = h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp", Homepage: "https://x.example"}, nil, "")
	if err != nil || !rec.Already {
		t.Errorf("the same again: %+v, %v", rec, err)
	}
	got, _, err = h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp"}, []string{"designation_prefixes"}, "")
	if err != nil || len(got.Prefixes) != 0 || got.Homepage == "" {
		t.Errorf("cleared to %+v, %v", got, err)
	}
	_, _, err = h.UpdateAuthority(t.Context(), me, &standard.Authority{ID: "ocp", Parent: "ocp"}, nil, "")
	as[*registry.InvalidError](t, err)
}

func TestUpdateStandard(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp", "OCDS")
	s := &standard.Standard{
		Name: ocds, Kind: standard.Format, Scheme: standard.Semver, Designations: []string{"OCDS", "OCDS standard"},
		Relations: []standard.Relation{{Type: standard.PartOf, Target: "ocp/all"}},
	}
	if _, _, err := h.CreateStandard(t.Context(), me, s); err != nil {
		t.Fatal(err)
	}
	got, _, err := h.UpdateStandard(t.Context(), me, &standard.Standard{Name: ocds, Scheme: standard.Numeric, Designations: []string{"OCDS"}}, nil, "")
	if err != nil || got.Record.Scheme != standard.Numeric {
		t.Fatalf("updated to %+v, %v", got, err)
	}
	if got := h.resolve("OCDS standard", time.Time{}); !strings.Contains(got, "OCDS standard") {
		t.Errorf("a designation that was taken off the list resolves to %q", got)
	}
	p := h.release(ocds, "1.1", "x")
	p.Standard = nil
	h.publish(p)
	_, _, err = h.UpdateStandard(t.Context(), me, &standard.Standard{Name: ocds, Scheme: standard.Semver}, []string{"scheme"}, "")
	if e := as[*registry.InvalidError](t, err); e.Violations[0].Field != "standard.scheme" {
		t.Errorf("refused with %v", e)
	}
	got, _, err = h.UpdateStandard(t.Context(), me, &standard.Standard{Name: ocds}, []string{"relations"}, "")
	if err != nil || len(got.Record.Relations) != 1 || got.Record.Relations[0].Retracted.IsZero() {
		t.Errorf("relations %+v, %v; want the old one, retracted", got.Record.Relations, err)
	}
}

func TestTags(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	h.publish(h.release(ocds, "1.0.0", "a"))
	h.publish(h.release(ocds, "2.0.0", "b"))
	_, _, err := h.SetTag(t.Context(), me, ocds, "latest", "1.0.0", time.Time{})
	as[*registry.InvalidError](t, err)
	_, _, err = h.SetTag(t.Context(), me, ocds, "stable", "9.0.0", time.Time{})
	as[*registry.NotFoundError](t, err)
	if _, _, err = h.SetTag(t.Context(), me, ocds, "stable", "1.0.0", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, rec, err := h.SetTag(t.Context(), me, ocds, "stable", "1.0.0", time.Time{}); err != nil || !rec.Already {
		t.Errorf("set again: %+v, %v", rec, err)
	}
	later := h.clock.now().Add(24 * time.Hour)
	if _, _, err = h.SetTag(t.Context(), me, ocds, "stable", "2.0.0", later); err != nil {
		t.Fatal(err)
	}
	if got := h.resolve("ocp/ocds@stable", h.clock.now()); got != "ocp/ocds@1.0.0" {
		t.Errorf("now stable is %q", got)
	}
	if got := h.resolve("ocp/ocds@stable", later); got != "ocp/ocds@2.0.0" {
		t.Errorf("tomorrow stable is %q", got)
	}
	if _, _, err = h.RemoveTag(t.Context(), me, ocds, "other", time.Time{}); err == nil {
		t.Error("a tag that never was can't be removed")
	}
	if _, _, err = h.RemoveTag(t.Context(), me, ocds, "stable", time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestSteps(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp")
	h.publish(h.release(ocds, "1.0.0", "a"))
	step := func(s standard.Step) error {
		_, _, err := h.Step(t.Context(), me, ocds, "1.0.0", s)
		return err
	}
	as[*registry.InvalidError](t, step(standard.Step{Kind: standard.StepSupersede}))
	as[*registry.InvalidError](t, step(standard.Step{Kind: standard.StepInvalidate}))
	if err := step(standard.Step{Kind: standard.StepSupersede, Successor: "ocp/ocds@2.0.0"}); err != nil {
		t.Fatal(err)
	}
	if err := step(standard.Step{Kind: standard.StepDeprecate}); !errors.Is(err, standard.ErrLifecycle) {
		t.Errorf("backwards: %v", err)
	}
	label := "first"
	v, rec, err := h.Step(t.Context(), me, ocds, "1.0.0", standard.Step{
		Kind: standard.StepCorrect, Note: "wrong", Cancels: 1, Amendment: &standard.Amendment{Label: &label},
	})
	if err != nil || len(v.Steps) != 2 || v.Steps[1].Number != 2 || v.Steps[1].Revision != rec.Revision || v.Steps[1].Actor != "u1" {
		t.Errorf("corrected: %+v, %v", v, err)
	}
	if err := step(standard.Step{Kind: standard.StepDeprecate, Alternative: "ocp/ocds"}); err != nil {
		t.Error(err)
	}
	got := types(h.log())[4:]
	want := []standard.ChangeType{standard.ChangeVersionSuperseded, standard.ChangeVersionCorrected, standard.ChangeVersionDeprecated}
	if !slices.Equal(got, want) {
		t.Errorf("logged %v, want %v", got, want)
	}
}

func TestDrafts(t *testing.T) {
	h := start(t, openStore(t))
	h.authority("ocp", "OCDS")
	h.publish(h.release(ocds, "1.0.0", "a"))
	d := &standard.DraftVersion{Version: standard.Version{Name: ocds, ID: "2.0.0", Designations: []string{"OCDS 2"}}, Files: []standard.File{h.file("b", "b")}}
	made, _, err := h.CreateDraft(t.Context(), me, d)
	if err != nil || made.Status != standard.Draft || made.Author != "u1" || made.Version.FileCount != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	_, _, err = h.CreateDraft(t.Context(), me, d)
	as[*registry.ExistsError](t, err)
	_, _, err = h.CreateDraft(t.Context(), me, &standard.DraftVersion{Version: standard.Version{Name: ocds, ID: "1.0.0"}})
	as[*registry.ExistsError](t, err)
	if h.replica.Snapshot().Designation("ocds 2") != nil {
		t.Error("a draft claims a designation")
	}
	edit := &standard.DraftVersion{Version: standard.Version{Name: ocds, ID: "2.0.0", Label: "two"}}
	changed, _, err := h.UpdateDraft(t.Context(), me, edit, []string{"version.label"}, registry.Etag(made.Revision))
	if err != nil || changed.Version.Label != "two" || len(changed.Files) != 1 {
		t.Errorf("%+v, %v", changed, err)
	}
	_, err = h.PublishDraft(t.Context(), me, ocds, "2.0.0", registry.Etag(made.Revision), nil)
	if !errors.Is(err, registry.ErrEtag) {
		t.Errorf("published with an old etag: %v", err)
	}
	c := me
	c.RequestID = "p"
	got, err := h.PublishDraft(t.Context(), c, ocds, "2.0.0", "", []string{"recommended"})
	if err != nil || got.Already || got.Version.Record.Label != "two" || h.replica.Snapshot().Draft(ocds, "2.0.0") != nil {
		t.Errorf("%+v, %v", got, err)
	}
	again, err := h.PublishDraft(t.Context(), c, ocds, "2.0.0", "", []string{"recommended"})
	if err != nil || again.Receipt != got.Receipt || again.Version.Record.Digest != got.Version.Record.Digest {
		t.Errorf("the same request again: %+v, %v", again, err)
	}
	_, err = h.DeleteDraft(t.Context(), me, ocds, "2.0.0", "")
	as[*registry.NotFoundError](t, err)
}
