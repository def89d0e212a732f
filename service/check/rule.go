package check

import "slices"

// Rule is one rule: what it is called, how much its findings matter where
// nothing is configured, and what it is for.
type Rule struct {
	ID       RuleID
	Severity Severity
	// Summary says in one sentence what it finds.
	Summary string
	// Help says in plain text why that matters and what to do.
	Help string
	// Source is the law or norm that it rests on; mostly empty.
	Source string
	// look applies the rule to a document; nil: findings come from elsewhere
	// in the package.
	look func(*checker)
}

const section56 = "Procurement Act 2023, section 56 (https://www.legislation.gov.uk/ukpga/2023/54/section/56)"

// Rules gives all rules in the order in which findings at one place are
// listed. The slice is the caller's.
func Rules() []Rule { return slices.Clone(rules()) }

// FindRule gives the rule of an id.
func FindRule(id RuleID) (Rule, bool) {
	all := rules()
	if i := slices.IndexFunc(all, func(r Rule) bool { return r.ID == id }); i >= 0 {
		return all[i], true
	}
	return Rule{}, false
}

func rules() []Rule {
	return slices.Concat(lookupRules(), lifeRules(), wordingRules(), equivalenceRules(), documentRules())
}

func lookupRules() []Rule {
	return []Rule{
		{ID: RuleUnknownDesignation, Severity: Warning, look: unknownDesignation,
			Summary: "The registry does not know the standard that is cited.",
			Help:    "Check the number against the publisher's catalogue. If it is right, ask for the standard to be registered, or waive the finding with a reason."},
		{ID: RuleUnknownEdition, Severity: Error, look: unknownEdition,
			Summary: "The registry knows the standard, and no such edition of it.",
			Help:    "Nobody can conform to an edition that was never published. Cite one that was; the nearest ones are named."},
		{ID: RuleNotYetPublished, Severity: Error, look: notYetPublished,
			Summary: "The edition that is cited was not yet published on the day of the check.",
			Help:    "Cite the edition in force, or check as of the day that the document is for."},
		{ID: RuleAmbiguous, Severity: Warning, look: ambiguous,
			Summary: "The citation means more than one thing.",
			Help:    "Name the part, the edition or the reference that is meant."},
	}
}

func lifeRules() []Rule {
	return []Rule{
		{ID: RuleSuperseded, Severity: Error, look: superseded,
			Summary: "The edition that is cited has been superseded.",
			Help:    "Cite the successor, after a look at what it changes. An old edition may be right for work that was agreed under it: waive the finding then, and say so."},
		{ID: RuleWithdrawn, Severity: Error, look: withdrawn,
			Summary: "The edition that is cited was withdrawn or declared invalid, or no edition of the standard is in force.",
			Help:    "A withdrawn edition is no longer maintained; one that was declared invalid must not be used at all. Cite what replaced it, or find another standard."},
		{ID: RuleDeprecated, Severity: Warning, look: deprecated,
			Summary: "The edition that is cited is deprecated.",
			Help:    "It may still be used, and is planned to go. Move to the alternative before the removal date, where there is one."},
		{ID: RuleDraftCited, Severity: Warning, look: draftCited,
			Summary: "A draft or pre-release is cited as if it were final.",
			Help:    "A draft changes, and lapses. Cite the published text, or say that it is the draft that is meant."},
	}
}

func wordingRules() []Rule {
	return []Rule{
		{ID: RuleSpelling, Severity: Info, look: spelt,
			Summary: "The citation is not written as the standard's publisher writes it.",
			Help:    "Searches and tools miss it. The replacement changes the spelling and nothing else."},
		{ID: RuleUndatedReference, Severity: Info, look: undatedReference,
			Summary: "The citation names no edition, so it means whichever is in force.",
			Help:    "A contract mostly wants to say which edition it asks for. Raise the severity in etalon-check.yaml where every citation has to be dated."},
		{ID: RuleMixedEditions, Severity: Warning, look: mixedEditions,
			Summary: "One standard is cited in two editions in the same document.",
			Help:    "A reader cannot tell which one counts. Cite one, or say what each is for."},
	}
}

func equivalenceRules() []Rule {
	return []Rule{
		{ID: RuleUKOnlyStandard, Severity: Warning, look: ukOnlyStandard, Source: section56,
			Summary: "A United Kingdom standard is cited that adopts no internationally recognised equivalent, although one is on record.",
			Help:    "Under section 56(3), procurement documents may not refer to a United Kingdom standard unless it adopts an internationally-recognised equivalent or there is none. Refer to the equivalent that is named, or to the British adoption of it. Whether two standards are equivalent is for the authority to judge."},
		{ID: RuleMissingOrEquivalent, Severity: Warning, look: missingOrEquivalent, Source: section56,
			Summary: "A United Kingdom standard is cited, and nothing says that equivalents are accepted.",
			Help:    "Under section 56(4), procurement documents that refer to a United Kingdom standard must provide that what the authority considers to satisfy an equivalent standard from another state, territory or organisation of states or territories is treated as satisfying it. Add \"or equivalent\" beside the citation, or one clause that covers all of them. Standards that British Standards publishes as adoptions are United Kingdom standards too."},
		{ID: RuleEquivalenceUnknown, Severity: Info, look: equivalenceUnknown, Source: section56,
			Summary: "A United Kingdom standard is cited that adopts nothing, and no equivalent is on record either.",
			Help:    "The registry cannot say whether section 56(3) allows the citation. Find out whether an internationally recognised equivalent exists."},
		{ID: RuleAdoptionLag, Severity: Warning, look: adoptionLag,
			Summary: "The edition that is cited adopts an international edition that is no longer the current one.",
			Help:    "The newer international edition has not been adopted yet, as far as is on record. Suppliers elsewhere may already work to it: consider citing it, or accepting both."},
	}
}

func documentRules() []Rule {
	return []Rule{
		{ID: RuleLockDrift, Severity: Error, look: lockDrift,
			Summary: "The document and standards.lock differ.",
			Help:    "Run \"etalon lock\" again once the change is wanted, and review what it changes in the file."},
		{ID: RuleWaiverWithoutReason, Severity: Error,
			Summary: "A waiver does not say why.",
			Help:    "Write the reason behind two hyphens: etalon-check: allow superseded -- the existing contract names this edition. Until then it waives nothing."},
		{ID: RuleWaiverWithoutFinding, Severity: Info,
			Summary: "A waiver covers no finding.",
			Help:    "What it was for has gone, or it names the wrong rule, place or designation. Remove it."},
		{ID: RuleUnreadable, Severity: Warning, look: unreadable,
			Summary: "A part of the document could not be read.",
			Help:    "Standards that are cited there were not checked. Check that part by hand, or provide it as text."},
	}
}
