package rpc

import (
	"testing"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/citation"
)

// TestEnumsOfChecksAgree: the numbers are passed on as they are.
func TestEnumsOfChecksAgree(t *testing.T) {
	for domain, contract := range map[check.Outcome]etalonv1.CitationFacts_Outcome{
		check.OutcomeUnspecified: etalonv1.CitationFacts_OUTCOME_UNSPECIFIED,
		check.OutcomeFound:       etalonv1.CitationFacts_OUTCOME_FOUND,
		check.UnknownStandard:    etalonv1.CitationFacts_OUTCOME_UNKNOWN_STANDARD,
		check.UnknownEdition:     etalonv1.CitationFacts_OUTCOME_UNKNOWN_EDITION,
		check.NotYetPublished:    etalonv1.CitationFacts_OUTCOME_NOT_YET_PUBLISHED,
		check.NoCurrentEdition:   etalonv1.CitationFacts_OUTCOME_NO_CURRENT_EDITION,
		check.Ambiguous:          etalonv1.CitationFacts_OUTCOME_AMBIGUOUS,
		check.Family:             etalonv1.CitationFacts_OUTCOME_FAMILY,
	} {
		if int32(domain) != int32(contract) {
			t.Errorf("%s is %d, and %d in the domain", contract, contract, domain)
		}
	}
	if n := len(etalonv1.CitationFacts_Outcome_name); n != int(check.Family)+1 {
		t.Errorf("the contract has %d outcomes", n)
	}
	for domain, contract := range map[check.Severity]etalonv1.Finding_Severity{
		check.Info:    etalonv1.Finding_SEVERITY_INFO,
		check.Warning: etalonv1.Finding_SEVERITY_WARNING,
		check.Error:   etalonv1.Finding_SEVERITY_ERROR,
	} {
		if int32(domain) != int32(contract) {
			t.Errorf("%s is %d, and %d in the domain", contract, contract, domain)
		}
	}
	for domain, contract := range map[citation.Confidence]etalonv1.Citation_Confidence{
		citation.Weak:    etalonv1.Citation_CONFIDENCE_WEAK,
		citation.Likely:  etalonv1.Citation_CONFIDENCE_LIKELY,
		citation.Certain: etalonv1.Citation_CONFIDENCE_CERTAIN,
	} {
		if int32(domain) != int32(contract) {
			t.Errorf("%s is %d, and %d in the domain", contract, contract, domain)
		}
	}
}
