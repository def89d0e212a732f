package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// lifecycleHeaders tell what became, or is going to become, of a version:
// Deprecation (RFC 9745), Sunset (RFC 8594) and links to the successor
// (RFC 5829) and the explanation. None for a version in force.
func lifecycleHeaders(v *etalonv1.Version) []header {
	var since, removal time.Time
	var successor, alternative, documentation string
	for _, s := range v.GetSteps() {
		if s.GetCancelled() {
			continue
		}
		switch s.GetKind() {
		case etalonv1.Step_KIND_DEPRECATE:
			removal = dayStart(s.GetRemovalDate())
			alternative, documentation = s.GetAlternative(), s.GetDocumentation()
		case etalonv1.Step_KIND_SUPERSEDE:
			successor = s.GetSuccessor()
		case etalonv1.Step_KIND_WITHDRAW, etalonv1.Step_KIND_INVALIDATE:
		default:
			continue
		}
		if at := s.GetEffectiveTime().AsTime(); since.IsZero() || at.Before(since) {
			since = at
		}
	}
	if since.IsZero() {
		return nil
	}
	out := []header{{"Deprecation", []string{"@" + strconv.FormatInt(since.Unix(), 10)}}}
	if !removal.IsZero() {
		out = append(out, header{"Sunset", []string{removal.UTC().Format(http.TimeFormat)}})
	}
	if successor == "" {
		successor = alternative
	}
	var links []string
	if successor != "" {
		links = append(links, "</v1/resolve?ref="+url.QueryEscape(successor)+`>; rel="successor-version"`)
	}
	if u, err := url.Parse(documentation); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		links = append(links, "<"+u.String()+`>; rel="deprecation"`)
	}
	if len(links) > 0 {
		out = append(out, header{"Link", []string{strings.Join(links, ", ")}})
	}
	return out
}

// dayStart is the first moment of a date, which may be a month or a year; zero
// for what is none.
func dayStart(date string) time.Time {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, date); err == nil {
			return t
		}
	}
	return time.Time{}
}
