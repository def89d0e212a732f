package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// cors lets pages of other origins read, without credentials. Writes stay
// closed to them.
type cors struct {
	anybody bool
	origins []string
}

var (
	corsAnybody = []string{"*"}
	corsExposed = []string{strings.Join([]string{
		"ETag", "Link", "Deprecation", "Sunset", "Content-Disposition", "Accept-Ranges", "Content-Range", "Retry-After",
		headerRevision, headerStaleness, headerRequestID,
	}, ", ")}
	corsRequest = strings.Join([]string{
		"Cache-Control", "If-None-Match", "If-Range", "Last-Event-ID", "Range",
		headerConsistency, headerMinRevision, headerRequestID, headerXRequestID,
	}, ", ")
	varyOrigin = []string{"Origin"}
)

func newCORS(origins []string) cors {
	return cors{anybody: slices.Contains(origins, "*"), origins: origins}
}

// allow sets the headers of a read. Where only some origins may, the answer
// depends on who asks. What a page may see of the headers is told to pages
// only: an answer that a cache has is asked for again, and then tells.
func (c *cors) allow(h http.Header, r *http.Request) {
	switch {
	case c.anybody:
		h["Access-Control-Allow-Origin"] = corsAnybody
	case len(c.origins) == 0:
		return
	default:
		h["Vary"] = varyOrigin
		origin := r.Header.Get("Origin")
		if !slices.Contains(c.origins, origin) {
			return
		}
		h["Access-Control-Allow-Origin"] = []string{origin}
	}
	if r.Header["Origin"] != nil {
		h["Access-Control-Expose-Headers"] = corsExposed
	}
}

// options answers what may be done with a path, and preflights of reads.
func (g *gateway) options(x *exchange) {
	allowed := g.routes.methods(x.r.URL)
	if len(allowed) == 0 {
		g.noRoute(x)
		return
	}
	h := x.w.Header()
	h.Set("Allow", strings.Join(allowed, ", "))
	h.Set("Cache-Control", "no-store")
	if slices.Contains(allowed, http.MethodGet) {
		g.cors.allow(h, x.r)
		if h["Access-Control-Allow-Origin"] != nil && x.r.Header["Access-Control-Request-Method"] != nil {
			h.Del("Access-Control-Expose-Headers")
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", corsRequest)
			h.Set("Access-Control-Max-Age", "86400")
		}
	}
	x.w.WriteHeader(http.StatusNoContent)
	g.metrics.answered(x, http.StatusNoContent)
}
