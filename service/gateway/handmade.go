package gateway

import (
	"net/http"
	"slices"

	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// handMade are the routes that no annotation describes. The OpenAPI fragment
// describes them.
func (g *gateway) handMade() []*route {
	watch := newRoute(http.MethodGet, "/v1/changes:watch", (*gateway).serveEvents)
	watch.query = queryNames((*etalonv1.WatchRequest)(nil).ProtoReflect().Descriptor(), nil)
	export := newRoute(http.MethodGet, "/v1/registry:export", (*gateway).serveExport)
	export.query = queryNames((*etalonv1.ExportRegistryRequest)(nil).ProtoReflect().Descriptor(), nil)
	bundle := newRoute(http.MethodGet, "/v1/registry:bundle", (*gateway).serveBundle)
	bundle.query = queryNames((*etalonv1.ExportBundleRequest)(nil).ProtoReflect().Descriptor(), nil)
	routes := []*route{
		newRoute(http.MethodGet, "/", (*gateway).serveLanding),
		newRoute(http.MethodGet, "/openapi.json", (*gateway).serveOpenAPI),
		newRoute(http.MethodGet, "/v1/blobs/{digest}", (*gateway).serveBlob),
		newRoute(http.MethodPut, "/v1/blobs/{digest}", (*gateway).takeBlob),
		newRoute(http.MethodGet, "/v1/authorities/{authority}/standards/{standard}/versions/{version}/files/{path=**}", (*gateway).serveFile),
		export,
		bundle,
		newRoute(http.MethodPost, "/v1/registry:import", (*gateway).takeImport),
		watch,
	}
	return slices.Concat(routes, documentRoutes(), iriRoutes())
}

// answerMessage sends the message that a hand-made write ends with.
func (g *gateway) answerMessage(x *exchange, m proto.Message) {
	body, err := marshalJSON(m)
	if err != nil {
		g.fail(x, err)
		return
	}
	g.send(x.w, x.r, &answer{body: body, contentType: jsonHeader, cacheControl: privateControl, route: x.route})
}
