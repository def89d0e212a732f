package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// ruleCases are tables per rule: a text, and the findings of the rule in it.
var ruleCases = map[RuleID][]struct{ text, asOf, want string }{
	RuleUnknownDesignation: {
		{"See [[BS 424242:2020]].", "", "warning unknown-designation BS 424242:2020: BS 424242:2020 is not in the registry."},
		{"See [[BS 424242|weak]].", "", "info unknown-designation BS 424242: BS 424242 is not in the registry."},
		{"See [[etalon:ocp/ocdx]].", "", "warning unknown-designation etalon:ocp/ocdx: There is no standard ocp/ocdx; nearest is ocp/ocds."},
		{"[[ISO 19650:2017]]", "", "warning unknown-designation ISO 19650:2017: ISO 19650:2017 is not in the registry, which has parts of ISO 19650, none of that date: ISO 19650-1, ISO 19650-2."},
		{"[[BS 9001]]", "", "warning unknown-designation BS 9001: BS 9001 is not in the registry; nearest are BS EN ISO 9001, ISO 9001."},
		{"[[DIN EN ISO 9001:2016]]", "", "warning unknown-designation DIN EN ISO 9001:2016: DIN EN ISO 9001:2016 is not in the registry; nearest are ISO 9001:2015, ISO 9001:2008."},
		{"[[ISO 9010:2015]]", "", "warning unknown-designation ISO 9010:2015: ISO 9010:2015 is not in the registry; nearest is ISO 9001."},
		{"[[RFC 7213]]", "", "warning unknown-designation RFC 7213: RFC 7213 is not in the registry."},
		{"[[BS 1192-3:2012]]", "", "warning unknown-designation BS 1192-3:2012: BS 1192-3:2012 is not in the registry."},
		{"[[ISO 9001:2015]], [[ISO 19650 series]], [[draft-ietf-quic-http-34]]", "", ""},
	},
	RuleUnknownEdition: {
		{"[[ISO 9001:2014]]", "", "error unknown-edition ISO 9001:2014: ISO 9001:2014 is no edition of ISO 9001 that is on record; nearest are ISO 9001:2015, ISO 9001:2008. => ISO 9001:2015"},
		{"[[BS EN ISO/IEC 27001:2013]]", "", "error unknown-edition BS EN ISO/IEC 27001:2013: BS EN ISO/IEC 27001:2013 is no edition of BS EN ISO/IEC 27001 that is on record; nearest are BS EN ISO/IEC 27001:2017, BS EN ISO/IEC 27001:2023. => BS EN ISO/IEC 27001:2023"},
		{"[[ISO 9001:2000]]", "", "warning unknown-edition ISO 9001:2000: ISO 9001:2000 is no edition of ISO 9001 that is on record; nearest are ISO 9001:2008, ISO 9001:2015. It may be older than those on record. => ISO 9001:2015"},
		{"[[ISO 9001:2015/Amd 1:2024]]", "", "warning unknown-edition ISO 9001:2015/Amd 1:2024: ISO 9001:2015/Amd 1:2024 is no edition of ISO 9001 that is on record; nearest are ISO 9001:2015, ISO 9001:2008. It may be an amendment that nobody registered. => ISO 9001:2015"},
		{"[[CSA CCM 3.0]]", "", "info unknown-edition CSA CCM 3.0: CSA CCM 3.0 is a line of versions; CSA CCM 3.0.1 is its latest. => CSA CCM 3.0.1"},
		{"[[OCDS 1.1]]", "", "info unknown-edition OCDS 1.1: OCDS 1.1 is a line of versions; OCDS 1.1.5 is its latest. => OCDS 1.1.5"},
		{"[[CSA CCM 4]]", "", "info unknown-edition CSA CCM 4: CSA CCM 4 is a line of versions; CSA CCM 4.0 is its latest. => CSA CCM 4.0"},
		{"[[CSA CCM 2]]", "", "warning unknown-edition CSA CCM 2: CSA CCM 2 is no edition of CSA CCM that is on record; nearest are CSA CCM 4.0, CSA CCM 3.0.1. It may be older than those on record. => CSA CCM 4.0"},
		{"[[CSA CCM 3.5]]", "", "error unknown-edition CSA CCM 3.5: CSA CCM 3.5 is no edition of CSA CCM that is on record; nearest are CSA CCM 3.0.1, CSA CCM 4.0. => CSA CCM 3.0.1"},
		{"[[BS 50001:2018]]", "", "warning unknown-edition BS 50001:2018: BS 50001:2018 is no edition of BS 50001 that is on record; nearest is BS 50001:2018+A1:2024. That is the same edition with an amendment in it. => BS 50001:2018+A1:2024"},
		{"[[EN 301549:2021]]", "", ""},
		{"[[OpenAPI 3.0]]", "", "info unknown-edition OpenAPI 3.0: OpenAPI 3.0 is a line of versions; OpenAPI 3.0.4 is its latest. => OpenAPI 3.0.4"},
		{"[[BS 7858:2011]]", "", "error unknown-edition BS 7858:2011: BS 7858:2011 is no edition of BS 7858 that is on record; nearest are BS 7858:2012, BS 7858:2006, BS 7858:2019. => BS 7858:2019"},
		{"[[ISO 639-1:2003]]", "", "error unknown-edition ISO 639-1:2003: ISO 639-1:2003 is no edition of ISO 639-1 that is on record; nearest is ISO 639-1:2002."},
		{"[[ISO 9001:2015]]", "", ""},
	},
	RuleNotYetPublished: {
		{"[[ISO 9001:2026]]", "", "error not-yet-published ISO 9001:2026: ISO 9001:2026 was not published by 2026-06-01; it is there from 2026-09 on; ISO 9001:2015 was in force. => ISO 9001:2015"},
		{"[[ISO 9001:2026]]", "2026-09-01", ""},
		{"[[ISO/IEC 27001:2022]]", "2015-01-01", "error not-yet-published ISO/IEC 27001:2022: ISO/IEC 27001:2022 was not published by 2015-01-01; it is there from 2022-10 on; ISO/IEC 27001:2013 was in force. => ISO/IEC 27001:2013"},
	},
	RuleAmbiguous: {
		{"[[ISO 8601]], [[ISO 8601]]", "", "info ambiguous ISO 8601: ISO 8601 has been published in parts since 2019-02-25; in force are ISO 8601-1:2019 and ISO 8601-2:2019; name the part that is meant; it is cited 2 times."},
		{"[[BS ISO 8601]]", "", "info ambiguous BS ISO 8601: BS ISO 8601 has been published in parts since 2019-02-25; in force are ISO 8601-1:2019 and ISO 8601-2:2019; name the part that is meant."},
		{"[[ISO 19115]]", "", "info ambiguous ISO 19115: ISO 19115 has been published in parts since 2014-03-19; in force is ISO 19115-1:2014; name the part that is meant."},
		{"[[ISO 8601]], [[ISO 8601 (all parts)]]", "2018-01-01", ""},
		{"[[ISO 8601 (all parts)]] [[ISO 8601:2004]] [[ISO 639-1]]", "", ""},
		{"[[PD 8888:2020]]", "", "warning ambiguous PD 8888:2020: \"PD 8888:2020\" means more than one thing; name one by its reference: x/one@2020 or x/two@2020."},
		{"[[ISO 19650:2018]]", "", "warning ambiguous ISO 19650:2018: ISO 19650:2018 is published in parts, of which more than one may be meant; name the part; nearest are ISO 19650-1:2018, ISO 19650-2:2018."},
	},
	RuleSuperseded: {
		{"[[ISO 9001:2008]]", "", "error superseded ISO 9001:2008: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015. => ISO 9001:2015"},
		{"[[ISO 9001:2008]]", "2015-09-14", ""},
		{"[[ISO 9001]]", "", ""}, // an undated citation means the edition in force
		{"[[BS EN ISO 9001:2008]]", "", "warning superseded BS EN ISO 9001:2008: BS EN ISO 9001:2008 is not registered itself; ISO 9001:2008, which it adopts by its form, was superseded on 2015-09-15 by ISO 9001:2015; BS EN ISO 9001:2015 adopts that. => BS EN ISO 9001:2015"},
		{"[[BS EN ISO/IEC 27001:2017]]", "", "error superseded BS EN ISO/IEC 27001:2017: BS EN ISO/IEC 27001:2017 was superseded on 2023-08-31 by BS EN ISO/IEC 27001:2023. => BS EN ISO/IEC 27001:2023"},
		{"[[WCAG 2.1 AA]]", "", "error superseded WCAG 2.1 AA: WCAG 2.1 AA was superseded on 2023-10-05 by WCAG 2.2. => WCAG 2.2 AA"},
		{"[[RFC 7231]]", "", "warning superseded RFC 7231: RFC 7231 is replaced by RFC 9110; its status in the registry is still published. => RFC 9110"},
		{"[[RFC 7230 – 7231=RFC 7231|range]]", "", "warning superseded RFC 7230 – 7231: RFC 7231 is replaced by RFC 9110; its status in the registry is still published."},
		{"[[BS 7799-2]]", "", "error superseded BS 7799-2: BS 7799-2 is no longer the standard on its matter: its last edition, BS 7799-2:2002, was superseded on 2005-10-15 by ISO/IEC 27001:2013; ISO/IEC 27001:2022 is in force now. => ISO/IEC 27001"},
		{"[[draft-ietf-quic-http-34]]", "", ""},
		{"[[RFC 5246]]", "", "error superseded RFC 5246: RFC 5246 was superseded on 2018-08-01 by RFC 8446; RFC 9846 is in force now. => RFC 9846"},
		{"[[RFC 5246]]", "2020-01-01", "error superseded RFC 5246: RFC 5246 was superseded on 2018-08-01 by RFC 8446. => RFC 8446"},
		{"[[ISO 9001|year:2008]] (2008)", "", "error superseded ISO 9001: ISO 9001:2008 was superseded on 2015-09-15 by ISO 9001:2015."},
		{"[[ISO 27001|year:2013]] (2013)", "", "error superseded ISO 27001: ISO 27001:2013 was superseded on 2022-10-25 by ISO/IEC 27001:2022."},
		{"[[ISO 9001|year:2015]] (2015) [[ISO 9001|year:1994]] (1994)", "", ""},
		{"[[SSAE 16]]", "", "error superseded SSAE 16: SSAE 16 was superseded on 2017-05-01 by RFC 9846. => RFC 9846"},
	},
	RuleWithdrawn: {
		{"[[PAS 1192-2:2013]]", "", "error withdrawn PAS 1192-2:2013: PAS 1192-2:2013 was withdrawn on 2019-01-18; BS EN ISO 19650-2:2018 replaces it. => BS EN ISO 19650-2:2018"},
		{"[[PAS 1192-2:2013]]", "2019-01-17", ""},
		{"[[ISO 639-1|year:2002]] (2002)", "", "error withdrawn ISO 639-1: ISO 639-1:2002 was withdrawn on 2023-11-08; ISO 639:2023 replaces it."},
		{"[[ISO 8601]] [[ISO 19115]]", "", ""},
		{"[[ISO 8601:2004]]", "", "error withdrawn ISO 8601:2004: ISO 8601:2004 was withdrawn on 2019-02-25; it is followed by ISO 8601-1:2019 and ISO 8601-2:2019."},
		{"[[ISO 639-1:2002]]", "", "error withdrawn ISO 639-1:2002: ISO 639-1:2002 was withdrawn on 2023-11-08; ISO 639:2023 replaces it. => ISO 639:2023"},
		{"[[ISO 639-1]]", "", "warning withdrawn ISO 639-1: No edition of ISO 639-1 is in force: the last, ISO 639-1:2002, was withdrawn on 2023-11-08; ISO 639:2023 replaces it. => ISO 639"},
		{"[[BS 7858:2006]]", "", "error withdrawn BS 7858:2006: BS 7858:2006 was withdrawn on 2012-10-31; it was followed by BS 7858:2012, and BS 7858:2019 is in force now. => BS 7858:2019"},
		{"[[BS 7671:2008]]", "", "error withdrawn BS 7671:2008: BS 7671:2008 was withdrawn on 2018-07-02; BS 7671:2018 is in force now. => BS 7671:2018"},
		{"[[BS 1192:2007]]", "", "error withdrawn BS 1192:2007: BS 1192:2007 was withdrawn on 2016-04-30; it is followed by BS EN ISO 19650-1:2018 and BS EN ISO 19650-2:2018."},
		{"[[BS 99999]]", "", "error withdrawn BS 99999: No edition of BS 99999 is in force: the last, BS 99999:2020, was declared invalid on 2021-03-01."},
		{"[[BS 1192]]", "", "warning withdrawn BS 1192: No edition of BS 1192 is in force: the last, BS 1192:2007+A2:2016, was withdrawn on 2019-01-18; it is followed by BS EN ISO 19650-1:2018 and BS EN ISO 19650-2:2018."},
		{"[[PAS 1192-2]]", "", "warning withdrawn PAS 1192-2: No edition of PAS 1192-2 is in force: the last, PAS 1192-2:2013, was withdrawn on 2019-01-18; BS EN ISO 19650-2:2018 replaces it. => BS EN ISO 19650-2"},
		{"[[BS 99999:2020]]", "", "error withdrawn BS 99999:2020: BS 99999:2020 was declared invalid on 2021-03-01 and must not be used."},
		{"[[ISO 9001:2015]]", "", ""},
	},
	RuleDeprecated: {
		{"[[OCDS 1.1.4]]", "", "warning deprecated OCDS 1.1.4: OCDS 1.1.4 is deprecated since 2021-01-01 and is to be removed on 2027-01-01; use OCDS 1.1.5. => OCDS 1.1.5"},
		{"[[OCDS 1.1.4]]", "2020-12-31", ""},
		{"[[OCDS 1.1.5]]", "", "info deprecated OCDS 1.1.5: OCDS 1.1.5 is to be withdrawn on 2030-01-01."},
	},
	RuleDraftCited: {
		{"[[draft-ietf-quic-http-34]]", "", "warning draft-cited draft-ietf-quic-http-34: draft-ietf-quic-http-34 is a draft; the final text has been published as RFC 9114. => RFC 9114"},
		{"The draft [[draft-ietf-quic-http-34]]", "", "warning draft-cited draft-ietf-quic-http-34: draft-ietf-quic-http-34 is a draft; the final text has been published as RFC 9114. => RFC 9114"},
		{"Conform to [[WCAG 3.0]].", "", "warning draft-cited WCAG 3.0: WCAG 3.0 is a draft and is cited as if it were final; say that it is a draft, or cite a published text."},
		{"The working draft of [[WCAG 3.0]] may be of interest.", "", ""},
		{"A draft.\n\nConform to [[WCAG 3.0]].", "", "warning draft-cited WCAG 3.0: WCAG 3.0 is a draft and is cited as if it were final; say that it is a draft, or cite a published text."},
		{"[[ISO/DIS 9001:2014]]", "", "warning draft-cited ISO/DIS 9001:2014: ISO/DIS 9001:2014 is a draft; the final text has been published as ISO 9001:2015. => ISO 9001:2015"},
		{"[[ISO 9001:2015]]", "", ""},
	},
	RuleSpelling: {
		{"[[ISO 27001:2022]]", "", "info spelling ISO 27001:2022: ISO 27001:2022 is written ISO/IEC 27001:2022. => ISO/IEC 27001:2022 (safe)"},
		{"[[BS EN ISO 27001:2023]]", "", "info spelling BS EN ISO 27001:2023: BS EN ISO 27001:2023 is written BS EN ISO/IEC 27001:2023. => BS EN ISO/IEC 27001:2023 (safe)"},
		{"[[ISO9001:2015=ISO 9001:2015|unspaced]]", "", "info spelling ISO9001:2015: ISO9001:2015 is written ISO 9001:2015. => ISO 9001:2015 (safe)"},
		{"[[iso 9001:2015=ISO 9001:2015|lower]]", "", "info spelling iso 9001:2015: iso 9001:2015 is written ISO 9001:2015. => ISO 9001:2015 (safe)"},
		{"[[BS1192:4=BS 1192-4|unspaced variant]]", "", "info spelling BS1192:4: BS1192:4 is written BS 1192-4. => BS 1192-4 (safe)"},
		{"[[BS 1192:4=BS 1192-4|variant]]", "", "info spelling BS 1192:4: BS 1192:4 is written BS 1192-4. => BS 1192-4 (safe)"},
		{"[[ISO\u00a09001:2015=ISO 9001:2015|variant]] [[ISO\n9001:2015=ISO 9001:2015]] [[BS\u00a01192\u20114=BS 1192-4|variant]]", "", ""},
		{"[[EN 301 549]] and [[27001=ISO/IEC 27001|elided]]", "", ""},
		{"[[iso 424242|lower]]", "", ""}, // nobody knows whether that is right
	},
	RuleUndatedReference: {
		{"[[ISO 9001]]", "", "info undated-reference ISO 9001: ISO 9001 names no edition; ISO 9001:2015 is in force. => ISO 9001:2015"},
		{"[[ISO 9001]]", "2010-01-01", "info undated-reference ISO 9001: ISO 9001 names no edition; ISO 9001:2008 is in force. => ISO 9001:2008"},
		{"[[ISO 27001]]", "", "info undated-reference ISO 27001: ISO 27001 names no edition; ISO/IEC 27001:2022 is in force. => ISO/IEC 27001:2022"},
		{"[[DIN EN ISO 9001]]", "", "info undated-reference DIN EN ISO 9001: DIN EN ISO 9001 names no edition; ISO 9001:2015 is in force."},
		{"[[BCP 47]] [[SSAE 16]] [[BS 7799-2]] [[PAS 1192-2]] [[RFC 7231]] [[ISO 8601]] [[ISO 19650 series]] [[ISO 19650]] [[ISO 19650 (all parts)]] [[WCAG 2.2]] [[etalon:ocp/ocds@1.1.5]]", "", ""},
		{"[[ISO/DIS 9001]] [[prEN ISO 19650-6]]", "", ""}, // drafts are another rule's
		{"[[ISO 9001|year:2015]] (2015) [[ISO 9001|year:1066]] (1066)", "", ""},
	},
	RuleMixedEditions: {
		{"[[ISO 9001:2008]] [[ISO 9001:2015]] [[ISO 9001:2008]]", "", "warning mixed-editions ISO 9001:2015: The document cites one standard in two editions: ISO 9001:2008 (place unknown) and ISO 9001:2015 (place unknown)."},
		{"[[ISO 9001:2008]] [[BS EN ISO 9001:2015]]", "", "warning mixed-editions BS EN ISO 9001:2015: The document cites one standard in two editions: ISO 9001:2008 (place unknown) and BS EN ISO 9001:2015 (place unknown)."},
		{"[[ISO/IEC 27001:2013]] [[BS EN ISO/IEC 27001:2017]] [[ISO 27001:2013]]", "", ""}, // one text
		{"[[BS 4242:2007]] [[BS 4242:2007+A2:2016]]", "", "warning mixed-editions BS 4242:2007+A2:2016: The document cites one standard in two editions: BS 4242:2007 (place unknown) and BS 4242:2007+A2:2016 (place unknown)."},
		{"[[ISO 4242:2015]] [[BS ISO 4242:2016]]", "", ""}, // an adoption may bear another year
		{"[[ISO 9001]] [[ISO 9001:2015]] [[ISO 9001:2015/Amd 1:2024]] [[ISO 14001:2015]]", "", ""},
		{"[[ISO 9001:2008|weak]] [[ISO 9001:2015]]", "", ""},
		{"[[WCAG 2.1]] or [[2.2=WCAG 2.2|elided]]. Later [[WCAG 2.2]], [[WCAG 2.1]].", "", ""}, // alternatives
		{"[[WCAG 2.1]]/[[2.2=WCAG 2.2|elided]]", "", ""},
		{"Both [[ISO 9001:2008]], for work under way,\nand [[ISO 9001:2015]].", "", ""},
		{"Use [[WCAG 2.1]]. Pages and forms meet [[WCAG 2.2]].", "", "warning mixed-editions WCAG 2.2: The document cites one standard in two editions: WCAG 2.1 (place unknown) and WCAG 2.2 (place unknown)."},
		{"- [[WCAG 2.1]] for pages\n- forms and [[WCAG 2.2]]", "", "warning mixed-editions WCAG 2.2: The document cites one standard in two editions: WCAG 2.1 (place unknown) and WCAG 2.2 (place unknown)."},
		{"[[WCAG 2.1]] or [[WCAG 2.2]]; but not [[WCAG 1.0]].", "", "warning mixed-editions WCAG 1.0: The document cites one standard in two editions: WCAG 2.1 (place unknown) and WCAG 1.0 (place unknown)."},
	},
	RuleUKOnlyStandard: {
		{"[[PAS 1192-2:2013]] [[PAS 1192-2:2013]]", "", "warning uk-only-standard PAS 1192-2:2013: PAS 1192-2:2013 is a United Kingdom standard that adopts no internationally recognised equivalent, although ISO 19650-2:2018 is on record (Procurement Act 2023, s. 56(3)); it is cited 2 times."},
		{"[[BS 1192]]", "", "warning uk-only-standard BS 1192: BS 1192 is a United Kingdom standard that adopts no internationally recognised equivalent, although ISO 19650-1:2018 and ISO 19650-2:2018 are on record (Procurement Act 2023, s. 56(3))."},
		{"[[BS 10012:2017]]", "", "warning uk-only-standard BS 10012:2017: BS 10012:2017 is a United Kingdom standard that adopts no internationally recognised equivalent, although ISO/IEC 27701:2019 is on record (Procurement Act 2023, s. 56(3))."},
		{"[[BS EN ISO 9001:2015]] [[BS 5839-1:2017]] [[ISO 9001:2015]] [[BS ISO 55000:2014]]", "", ""},
	},
	RuleEquivalenceUnknown: {
		{"[[BS 5839-1:2017]]", "", "info equivalence-unknown BS 5839-1:2017: BS 5839-1:2017 is a United Kingdom standard that adopts nothing on record, and no internationally recognised equivalent is on record either."},
		{"[[BS 5839-1:2017]] [[BS 7671:2018]]", "", "info equivalence-unknown BS 5839-1:2017: 2 United Kingdom standards adopt nothing on record, and no internationally recognised equivalents are on record either: BS 5839-1:2017 and BS 7671:2018."},
		{"[[BS EN ISO 9001:2015]] [[PAS 1192-2:2013]] [[BS 424242:2020]] [[ISO 9001:2015]]", "", ""},
	},
	RuleAdoptionLag: {
		{"[[BS ISO 55000:2014]] [[BS ISO 55000:2014]]", "", "warning adoption-lag BS ISO 55000:2014: BS ISO 55000:2014 adopts ISO 55000:2014, whereas ISO 55000:2024 is current since 2024-07; no adoption of it is on record."},
		{"[[BS ISO 55000]]", "", "warning adoption-lag BS ISO 55000: BS ISO 55000:2014 adopts ISO 55000:2014, whereas ISO 55000:2024 is current since 2024-07; no adoption of it is on record."},
		{"[[BS ISO 55000:2014]]", "2024-06-30", ""},
		{"[[BS EN ISO 9001:2015]] [[BS EN ISO/IEC 27001:2017]]", "", ""},
	},
}

func TestRules(t *testing.T) {
	for id, cases := range ruleCases {
		for _, tt := range cases {
			var opts Options
			if tt.asOf != "" {
				opts.AsOf = must(standard.ParseDay(tt.asOf))
			}
			got := only(run(t, tt.text, opts), id)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s in %q at %q (-want +got):\n%s", id, tt.text, tt.asOf, diff)
			}
		}
	}
}

const uk = "warning missing-or-equivalent BS 5839-1:2017: BS 5839-1:2017 is a United Kingdom standard, and the document does not say that an equivalent standard is accepted (Procurement Act 2023, s. 56(4)); write \"or equivalent\" or add a clause for all"

func TestMissingOrEquivalent(t *testing.T) {
	long := strings.Repeat("Filler text that says nothing of the kind. ", 60)
	for _, tt := range []struct{ text, want string }{
		{"Alarms conform to [[BS 5839-1:2017]].", uk + "."},
		{"Alarms conform to [[BS 5839-1:2017]]. Again [[BS 5839-1:2017]].", uk + "; it is cited 2 times."},
		{"Alarms conform to [[BS 5839-1:2017]] or equivalent.", ""},
		{"Alarms conform to [[BS 5839-1:2017]] (or an approved equivalent standard).", ""},
		{"Alarms conform to [[BS 5839-1:2017]] or its technical\nequivalent.", ""},
		{"Alarms conform to [[BS 5839-1:2017]] or equal.", ""},
		{"Alarms conform to [[BS 5839-1:2017]] and/or Equivalent.", ""},
		{"Alarms, equivalent to [[BS 5839-1:2017]] at least.", ""},
		{"Alarms conform to [[BS 5839-1:2017]] (equivalent)", ""},
		{"Alarms conform to [[BS 5839-1:2017]]. Equivalent standards will be accepted.", ""},
		{"Alarms conform to [[BS 5839-1:2017]]. No equivalent is accepted.", uk + "."},
		{"Alarms conform to [[BS 5839-1:2017]]. It applies equally.", uk + "."},
		{"Alarms conform to [[BS 5839-1:2017]].\n\nPumps are of brand X or equivalent.", uk + "."},
		{"Alarms conform to [[BS 5839-1:2017]]. " + long + "Pumps or equivalent.", uk + "."},
		// One place that says so is enough for a standard.
		{"[[BS 5839-1:2017]]\n\n[[BS 5839-1:2017]] or equivalent", ""},
		// Lists and tables.
		{"These or equivalent apply:\n\n- [[ISO 9001:2015]]\n- [[BS 5839-1:2017]]\n", ""},
		{"These apply:\n- [[ISO 9001:2015]] or equivalent\n- [[BS 5839-1:2017]]\n", uk + "."},
		{"These apply:\n- [[ISO 9001:2015]]\n- [[BS 5839-1:2017]],\n  or equivalent\n- more", ""},
		{"| Standard (or equivalent) | |\n|--|--|\n| [[BS 5839-1:2017]] | x |", ""},
		{"| Standard | Note |\n|--|--|\n| [[ISO 9001:2015]] | or equivalent |\n| [[BS 5839-1:2017]] | x |", uk + "."},
		{"| [[BS 5839-1:2017]] | or equivalent |", ""},
		// A clause for all.
		{"[[BS 5839-1:2017]]\n\nAny reference to a standard in this document is to be read as including equivalents, or equivalent standards of other states.", ""},
		{"References to standards include equivalent standards or equivalents.\n\n[[BS 5839-1:2017]]", ""},
		{"Wherever a British Standard is cited, an equivalent standard is acceptable.\n\n[[BS 5839-1:2017]]", ""},
		{"Any reference to [[ISO 9001:2015]] or equivalent standards is fine.\n\n[[BS 5839-1:2017]]", uk + "."},
		// Others than United Kingdom standards.
		{"[[ISO 9001:2015]] [[EN 301 549]] [[RFC 7231]] [[JSP 440]] [[DEFCON 76]] [[OHSAS 18001:2007]]", ""},
	} {
		if diff := cmp.Diff(tt.want, only(run(t, tt.text, Options{}), RuleMissingOrEquivalent)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
	for _, text := range []string{"[[BS EN ISO 9001:2015]]", "[[DCB0129]]", "[[DEF STAN 00-056]]", "[[BSI Flex 1889]]", "[[PD 6662:2017]]", "[[DD ENV 1991]]"} {
		if got := run(t, text, Options{}); !strings.Contains(only(got, RuleMissingOrEquivalent), "United Kingdom standard") {
			t.Errorf("%s is no United Kingdom standard: %v", text, got.Findings)
		}
	}
}

// TestMissingOrEquivalentOnce: many standards are one finding; those that a
// waiver names stand by themselves.
func TestMissingOrEquivalentOnce(t *testing.T) {
	const rule = "missing-or-equivalent "
	all := func(n, names string) string {
		return n + " United Kingdom standards are cited, and the document does not say that equivalent standards are accepted (Procurement Act 2023, s. 56(4)): " +
			names + ". Write \"or equivalent\" beside each, or add one clause for all."
	}
	alone := func(id string) string { return strings.ReplaceAll(uk, "BS 5839-1:2017", id) + "." }
	var many strings.Builder
	for i := range 13 {
		fmt.Fprintf(&many, "[[BS %d]] ", 41+i)
	}
	waivers := Config{Waivers: []Waiver{{Rule: RuleMissingOrEquivalent, Designation: "BS 2", Reason: "agreed", key: designation.Key("BS 2")}}}
	for _, tt := range []struct {
		name, text string
		cfg        Config
		want       string
	}{
		{"three", "[[BS 1]] [[ISO 9001]] [[BS 2]] [[BS 1]] [[BS 3]]", Config{}, "warning " + rule + "BS 1: " + all("3", "BS 1, BS 2 and BS 3")},
		{"many", many.String(), Config{}, "warning " + rule + "BS 41: " + all("13", "BS 41, BS 42, BS 43, BS 44, BS 45, BS 46, BS 47, BS 48, BS 49, BS 50 and 3 more")},
		{"one of them allowed", "[[BS 1]] or equivalent\n\n[[BS 2]]\n\n[[BS 3]]", Config{}, "warning " + rule + "BS 2: " + all("2", "BS 2 and BS 3")},
		{"weak and sure", "[[BS 1|weak]] [[BS 2]] [[BS 3]]", Config{}, "warning " + rule + "BS 2: " + all("2", "BS 2 and BS 3")},
		{"weak", "[[BS 1|weak]] [[BS 2|weak]]", Config{}, "info " + rule + "BS 1: " + all("2", "BS 1 and BS 2")},
		{"weak first", "[[BS 1|weak]] [[BS 2]] [[BS 1]]", Config{}, "warning " + rule + "BS 2: " + all("2", "BS 2 and BS 1")},
		{"waived here", "etalon-check: allow missing-or-equivalent -- agreed\n[[BS 1]]\n\n[[BS 2]] [[BS 3]]", Config{},
			alone("BS 1") + " [waived: agreed]\nwarning " + rule + "BS 2: " + all("2", "BS 2 and BS 3")},
		{"waived by the configuration", "[[BS 1]] [[BS 2]] [[BS 3]]", waivers,
			"warning " + rule + "BS 1: " + all("2", "BS 1 and BS 3") + "\n" + alone("BS 2") + " [waived: agreed]"},
	} {
		if diff := cmp.Diff(tt.want, only(run(t, tt.text, Options{Config: tt.cfg}), RuleMissingOrEquivalent)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestListed(t *testing.T) {
	for _, tt := range []struct {
		names []string
		want  string
	}{{nil, ""}, {[]string{"A"}, "A"}, {[]string{"A", "B"}, "A and B"}, {[]string{"A", "B", "C"}, "A, B and C"}} {
		if got := listed(tt.names); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.names, got, tt.want)
		}
	}
}

// TestSuccession: what is said of an edition that was superseded, by what is
// known of what follows it.
func TestSuccession(t *testing.T) {
	ed := func(ref, d string, s standard.Status) Edition {
		return Edition{Ref: must(standard.ParseRef(ref)), Designation: d, Status: s}
	}
	a := ed("x/a@1", "A", standard.Superseded)
	b := ed("x/b@1", "B", standard.Published)
	c := ed("x/c@1", "C", standard.Published)
	outside := Edition{Designation: "Z"}
	a.Since = must(standard.ParseDay("2014-06-01"))
	old := ed("x/old@1", "Old", standard.Superseded)
	for _, tt := range []struct {
		successors  []Edition
		replacement *Edition
		want, ended string
	}{
		{nil, nil, " on 2014-06-01", ""},
		{nil, &b, " on 2014-06-01; B is in force now", "; B is in force now"},
		{[]Edition{b}, &b, " on 2014-06-01 by B", "; B replaces it"},
		{[]Edition{old, b}, &b, " on 2014-06-01 by Old; B is in force now", "; it was followed by Old, and B is in force now"},
		{[]Edition{b}, &c, " on 2014-06-01 by B; C adopts that", "; C replaces it"},
		{[]Edition{old, b}, &c, " on 2014-06-01 by Old; C is in force now", "; it was followed by Old, and C is in force now"},
		{[]Edition{old}, &c, " on 2014-06-01 by Old; C is in force now", "; it was followed by Old, and C is in force now"},
		{[]Edition{b, c}, nil, " on 2014-06-01 by B and C", "; it is followed by B and C"},
		{[]Edition{outside}, &outside, " on 2014-06-01 by Z", "; Z replaces it"},
	} {
		f := &Facts{Edition: &a, Successors: tt.successors, Replacement: tt.replacement}
		if got := succession(f); got != tt.want {
			t.Errorf("succession: %q, want %q", got, tt.want)
		}
		if got := instead(f); got != tt.ended {
			t.Errorf("instead: %q, want %q", got, tt.ended)
		}
	}
}

// TestEveryRuleIsTested: every rule of the table has cases here or in the
// tests of its own.
func TestEveryRuleIsTested(t *testing.T) {
	elsewhere := map[RuleID]bool{
		RuleMissingOrEquivalent: true, RuleLockDrift: true, RuleWaiverWithoutReason: true, RuleWaiverWithoutFinding: true, RuleUnreadable: true,
	}
	seen := map[RuleID]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		if r.Severity < Info || r.Severity > Error || !strings.HasSuffix(r.Summary, ".") || !strings.HasSuffix(r.Help, ".") {
			t.Errorf("%s is not described: %+v", r.ID, r)
		}
		found := false
		for _, c := range ruleCases[r.ID] {
			found = found || c.want != ""
		}
		if !found && !elsewhere[r.ID] {
			t.Errorf("%s has no case", r.ID)
		}
	}
	for id := range ruleCases {
		if !seen[id] {
			t.Errorf("%s is no rule of the table", id)
		}
	}
}
