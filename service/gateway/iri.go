package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// reserved are first segments of paths that lead to no authority: those of the
// contract, and of the server's health and figures.
var reserved = []string{"v1", "healthz", "readyz", "metrics"}

// iriRoutes are the paths of persistent identifiers. They lead on to the
// resource in the contract. A path that can be no identifier is no route, so
// it says that nothing is there, whatever the method.
func iriRoutes() []*route {
	var out []*route
	for _, path := range []string{"/{authority}", "/{authority}/{standard}", "/{authority}/{standard}/{version}"} {
		r := newRoute(http.MethodGet, path, (*gateway).serveIRI)
		r.accepts = func(params []string) bool { return identified(params).err == nil }
		out = append(out, r)
	}
	return out
}

// identity is what the path of a persistent identifier names.
type identity struct {
	authority standard.AuthorityID
	name      standard.Name      // without standard: an authority
	version   standard.VersionID // empty: not a version
	err       error
}

// identified reads the segments of an identifier, unescaped.
func identified(segments []string) (i identity) {
	if i.authority, i.err = standard.ParseAuthorityID(segments[0]); i.err != nil {
		return i
	}
	if slices.Contains(reserved, segments[0]) {
		return identity{err: standard.ErrMalformed}
	}
	if len(segments) > 1 {
		if i.name, i.err = standard.ParseName(segments[0] + "/" + segments[1]); i.err != nil {
			return i
		}
	}
	if len(segments) > 2 {
		i.version, i.err = standard.ParseVersionID(segments[2])
	}
	return i
}

// resource is the name of the resource in the contract.
func (i identity) resource() string {
	switch {
	case i.name.Standard == "":
		return standard.AuthorityName(i.authority)
	case i.version == "":
		return i.name.Resource()
	}
	return standard.VersionResource(i.name, i.version)
}

// serveIRI leads from a persistent identifier to what it identifies. Where
// that is not there, the error is that of the read.
func (g *gateway) serveIRI(x *exchange) {
	i := identified(x.params)
	resource := i.resource()
	var header metadata.MD
	if err := g.find(x, i, resource, grpc.Header(&header)); err != nil {
		passOn(x.w.Header(), header)
		g.fail(x, err)
		return
	}
	h := x.w.Header()
	passOn(h, header)
	h["Cache-Control"] = revalidateControl
	if x.r.Header["Authorization"] != nil {
		h["Cache-Control"] = privateControl
	}
	h["X-Content-Type-Options"] = nosniff
	h.Set("Location", resourcePath(resource))
	h.Set("Content-Length", "0")
	x.w.WriteHeader(http.StatusSeeOther)
	g.metrics.answered(x, http.StatusSeeOther)
}

// find reads a resource, for whether it is there.
func (g *gateway) find(x *exchange, i identity, resource string, opts ...grpc.CallOption) (err error) {
	switch {
	case i.name.Standard == "":
		_, err = g.authorities.GetAuthority(x.callContext(), &etalonv1.GetAuthorityRequest{Name: resource}, opts...)
	case i.version == "":
		_, err = g.standards.GetStandard(x.callContext(), &etalonv1.GetStandardRequest{Name: resource}, opts...)
	default:
		_, err = g.versions.GetVersion(x.callContext(), &etalonv1.GetVersionRequest{Name: resource}, opts...)
	}
	return err
}

// resourcePath is the path of a resource, escaped as in an identifier: "+",
// which some read as a space, too.
func resourcePath(resource string) string {
	segments := strings.Split(resource, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(s), "+", "%2B")
	}
	return "/v1/" + strings.Join(segments, "/")
}
