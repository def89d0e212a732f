package resolve_test

import (
	"time"

	"github.com/etalon-registry/etalon/service/resolve/resolvetest"
	"github.com/etalon-registry/etalon/service/standard"
)

// now is the present of the tests.
var now = at("2026-06-01")

// imported is when most of the fixture was recorded.
var imported = at("2020-01-01")

func at(day string) time.Time { return must(standard.ParseDay(day)).Start() }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func named(s string) standard.Name { return must(standard.ParseName(s)) }

// add adds versions "id released", with the day of release.
func add(c *resolvetest.Catalogue, name string, versions ...[2]string) {
	for i, v := range versions {
		c.AddVersion(standard.Version{
			Name: named(name), ID: standard.VersionID(v[0]), Digest: standard.DigestOf([]byte(name + v[0])),
			Released: must(standard.ParseDay(v[1])), Recorded: imported, Sequence: uint64(i + 1),
		})
	}
}

// catalogue is a small registry with one of everything.
func catalogue() *resolvetest.Catalogue {
	c := resolvetest.New()
	addOCDS(c)
	addISO(c)
	addOthers(c)
	return c
}

func addOCDS(c *resolvetest.Catalogue) {
	n := named("ocp/ocds")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Semver, Created: imported, Designations: []string{"OCDS"},
		Titles: []standard.Text{{Language: "en", Value: "Open Contracting Data Standard"}}})
	add(c, "ocp/ocds", [2]string{"1.0.0", "2015-07-29"}, [2]string{"1.0.3", "2017-07-31"},
		[2]string{"1.1.0", "2017-05-08"}, [2]string{"1.1.4", "2019-05-10"}, [2]string{"1.1.5", "2020-08-20"},
		[2]string{"1.2.0-rc.1", "2025-01-10"}, [2]string{"1.2.0", "2027-01-01"})
	c.AddVersion(standard.Version{Name: n, ID: "1.1.1", Digest: standard.DigestOf([]byte("1.1.1")),
		Released: must(standard.ParseDay("2017-08-01")), Recorded: imported, Designations: []string{"OCDS 1.1.1"},
		Members: []standard.Member{{ID: "Release.ocid", Title: "Open contracting ID"}, {ID: "Release.tag"}}})
	c.AddVersion(standard.Version{Name: n, ID: "2.0.0-alpha.1", Released: must(standard.ParseDay("2026-01-01")), Recorded: at("2026-01-01")})
	c.Tag(n, standard.TagChange{Tag: "recommended", Version: "1.1.4", Effective: at("2019-06-01"), Recorded: imported})
	c.Tag(n, standard.TagChange{Tag: "recommended", Version: "1.1.5", Effective: at("2021-01-01"), Recorded: at("2021-02-01")})
	c.Tag(n, standard.TagChange{Tag: "stable", Version: "1.1.4", Effective: at("2019-06-01"), Recorded: imported})
	c.Tag(n, standard.TagChange{Tag: "stable", Effective: at("2026-09-01"), Recorded: imported})
	c.AddStep(standard.Step{Name: n, Version: "1.0.3", Kind: standard.StepWithdraw, Effective: at("2022-01-01"), Recorded: at("2022-01-05"), Note: "Out of use."})
	c.AddStep(standard.Step{Name: n, Version: "1.0.0", Kind: standard.StepInvalidate, Effective: at("2021-01-01"), Recorded: at("2021-01-01"), Note: "broken schema"})
	c.AddStep(standard.Step{Name: n, Version: "1.1.0", Kind: standard.StepDeprecate, Effective: at("2020-09-01"), Recorded: at("2020-09-01"),
		RemovalDate: must(standard.ParseDay("2027-03-01")), Alternative: "ocp/ocds@1.1.5"})
	c.AddStep(standard.Step{Name: n, Version: "1.1.0", Kind: standard.StepSupersede, Effective: at("2026-12-01"), Recorded: at("2025-12-01"), Successor: "ocp/ocds@1.1.5"})
	c.AddStep(standard.Step{Name: n, Version: "1.1.1", Kind: standard.StepSupersede, Effective: at("2019-05-10"), Recorded: imported, Successor: "ocp/ocds@1.1.4"})
	c.AddStep(standard.Step{Name: n, Version: "1.1.4", Kind: standard.StepSupersede, Effective: at("2020-08-20"), Recorded: at("2020-08-20"), Successor: "ocp/ocds@1.1.5"})
}

func addISO(c *resolvetest.Catalogue) {
	n := named("iso/iso-8601-1")
	c.AddStandard(standard.Standard{Name: n, Scheme: standard.Edition, Created: imported, Designations: []string{"ISO 8601-1"}})
	c.AddVersion(standard.Version{Name: n, ID: "2019", Released: must(standard.ParseDay("2019-02")), Recorded: imported, Designations: []string{"ISO 8601-1:2019"}})
	c.AddVersion(standard.Version{Name: n, ID: "2019-Amd1-2022", Label: "2019/Amd 1:2022", Released: must(standard.ParseDay("2022-10")), Recorded: at("2022-10-15"),
		Designations: []string{"ISO 8601-1:2019/Amd 1:2022"},
		Relations:    []standard.Relation{{Type: standard.Amends, Target: "ISO 8601-1:2019"}}})

	bs := named("bsi/bs-en-iso-19650-2")
	c.AddStandard(standard.Standard{Name: bs, Scheme: standard.Edition, Created: imported, Designations: []string{"BS EN ISO 19650-2"}})
	c.AddVersion(standard.Version{Name: bs, ID: "2018", Released: must(standard.ParseDay("2019-01")), Recorded: imported,
		Designations: []string{"BS EN ISO 19650-2:2018"},
		Relations: []standard.Relation{
			{Type: standard.Adopts, Degree: standard.Identical, Target: "EN ISO 19650-2:2018"},
			{Type: standard.Adopts, Degree: standard.NotEquivalent, Target: "ISO 99999:2018"},
		}})
	en := named("cen/en-301549")
	c.AddStandard(standard.Standard{Name: en, Scheme: standard.Edition, Created: imported})
	add(c, "cen/en-301549", [2]string{"2018", "2018"}, [2]string{"2021", "2021"})
	c.AddClaim(standard.Claim{Text: "the accessibility norm", Name: en, Recorded: imported})
	c.AddClaim(standard.Claim{Text: "both of them", Name: en, Version: "2018", Owner: true, Recorded: imported})
	c.AddClaim(standard.Claim{Text: "both of them", Name: n, Version: "2019", Owner: true, Recorded: imported})
	c.AddClaim(standard.Claim{Text: "owner wins", Name: en, Version: "2018", Recorded: imported})
	c.AddClaim(standard.Claim{Text: "owner wins", Name: n, Version: "2019", Owner: true, Recorded: imported})
	c.AddClaim(standard.Claim{Text: "moved", Name: en, Version: "2018", Owner: true, Effective: at("2018-01-01"), Until: at("2024-01-01"), Recorded: imported, Retracted: at("2024-01-01")})
	c.AddClaim(standard.Claim{Text: "moved", Name: n, Version: "2019", Owner: true, Effective: at("2027-01-01"), Recorded: imported})
	c.AddClaim(standard.Claim{Text: "cen/en-301549", Name: n, Owner: true, Recorded: imported})
}

func addOthers(c *resolvetest.Catalogue) {
	c.AddStandard(standard.Standard{Name: named("x/numeric"), Scheme: standard.Numeric, Created: imported})
	add(c, "x/numeric", [2]string{"1__0", "2020"}, [2]string{"1__1__0", "2021"}, [2]string{"2.03", "2022"}, [2]string{"27.02", "2023"})
	c.AddStandard(standard.Standard{Name: named("x/date"), Scheme: standard.Date, Created: imported})
	add(c, "x/date", [2]string{"2018", "2018"}, [2]string{"2018-03", "2018-03"}, [2]string{"2019-10-27", "2019-10-27"})
	c.AddStandard(standard.Standard{Name: named("x/declared"), Scheme: standard.Declared, Created: imported})
	add(c, "x/declared", [2]string{"DSTU2", "2015"}, [2]string{"STU3", "2017"}, [2]string{"R4", "2018"}, [2]string{"R4B", "2022"})
	c.AddStandard(standard.Standard{Name: named("x/empty"), Scheme: standard.Semver, Created: imported})
	c.AddStandard(standard.Standard{Name: named("x/pre"), Scheme: standard.Semver, Created: imported})
	add(c, "x/pre", [2]string{"0.1.0-beta", "2024-01-01"})
	c.AddStandard(standard.Standard{Name: named("x/gone"), Scheme: standard.Semver, Created: imported})
	add(c, "x/gone", [2]string{"1.0.0", "2020-01-01"})
	c.AddStep(standard.Step{Name: named("x/gone"), Version: "1.0.0", Kind: standard.StepWithdraw, Effective: at("2023-01-01"), Recorded: at("2023-01-01")})
	c.AddStandard(standard.Standard{Name: named("x/later"), Scheme: standard.Semver, Created: at("2025-01-01"), Designations: []string{"Later 7"}})
	c.AddVersion(standard.Version{Name: named("x/later"), ID: "1.0.0", Released: must(standard.ParseDay("2019-01-01")), Recorded: at("2025-01-01")})
}
