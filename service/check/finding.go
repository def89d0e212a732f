package check

import (
	"github.com/etalon-registry/etalon/service/check/citation"
	"github.com/etalon-registry/etalon/service/document"
	"github.com/etalon-registry/etalon/service/standard"
)

// Severity grades a finding.
type Severity uint8

// The severities. Their numbers are those of the public contract.
const (
	SeverityUnspecified Severity = iota
	Info
	Warning
	Error
)

// RuleID is the stable id of a rule, such as "superseded".
type RuleID string

// The rules.
const (
	RuleUnknownDesignation   RuleID = "unknown-designation"    // nobody registered the standard
	RuleUnknownEdition       RuleID = "unknown-edition"        // the standard has no such edition
	RuleNotYetPublished      RuleID = "not-yet-published"      // on record for a later day
	RuleAmbiguous            RuleID = "ambiguous"              // means more than one thing
	RuleSuperseded           RuleID = "superseded"             // a successor is named
	RuleWithdrawn            RuleID = "withdrawn"              // no longer in force, or declared invalid
	RuleDeprecated           RuleID = "deprecated"             // with the removal date where there is one
	RuleDraftCited           RuleID = "draft-cited"            // a draft or pre-release, cited as if final
	RuleSpelling             RuleID = "spelling"               // not as the standard is written
	RuleUndatedReference     RuleID = "undated-reference"      // where a dated one is wanted
	RuleMixedEditions        RuleID = "mixed-editions"         // one standard in two editions in one document
	RuleUKOnlyStandard       RuleID = "uk-only-standard"       // Procurement Act 2023 s.56(3)
	RuleMissingOrEquivalent  RuleID = "missing-or-equivalent"  // Procurement Act 2023 s.56(4)
	RuleEquivalenceUnknown   RuleID = "equivalence-unknown"    // nothing on record either way
	RuleAdoptionLag          RuleID = "adoption-lag"           // the adopted edition is not the current one
	RuleLockDrift            RuleID = "lock-drift"             // the document and standards.lock differ
	RuleWaiverWithoutReason  RuleID = "waiver-without-reason"  // a waiver has to say why
	RuleWaiverWithoutFinding RuleID = "waiver-without-finding" // nothing is left to waive
	RuleUnreadable           RuleID = "unreadable"             // a part of the document could not be read
)

// Citation is one citation with its place.
type Citation struct {
	citation.Citation
	Place document.Place
}

// Finding is one thing that a reader of the document should know.
type Finding struct {
	Rule     RuleID
	Severity Severity
	// Citation is the index of the citation in the report, -1: of the
	// document as a whole or of the lockfile.
	Citation   int
	Place      document.Place
	Start, End int    // bytes in the document's text
	Text       string // what stands there
	// Message explains, in one or two plain sentences.
	Message string
	// Replacement is what should stand there instead, as it would be written;
	// empty: there is no suggestion. Safe says that putting it there changes
	// the spelling or the edition on record, and nothing that has to be
	// decided by a person.
	Replacement string
	Safe        bool
	// Ref and Link lead to the registry's entry: a reference and an IRI.
	Ref  string
	Link string
	// Waived is the reason of the waiver that covers it; empty: none does.
	// Waived findings don't count.
	Waived string
}

// Report is what a check of one document gives.
type Report struct {
	Document *document.Document
	// Citations are in the order of the text. Those in markup are left out.
	Citations []Citation
	// Facts are of each distinct designation that is cited, FactsOf says which
	// by citation.
	Facts   []Facts
	FactsOf []int
	// Findings are ordered by place, then rule.
	Findings []Finding
	// AsOf is the day that the findings are for, Revision the registry's.
	AsOf     standard.Day
	Revision standard.Revision
	// WaiversUsed are the indices of the waivers of the configuration that
	// covered a finding, ascending.
	WaiversUsed []int
}

// Notice is said once with every report.
const Notice = "Findings are hints for people who write specifications. They are not legal advice."
