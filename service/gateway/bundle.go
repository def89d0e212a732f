package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// serveBundle sends a part of the registry as a file for offline use. Its
// beginning says all that determines the rest: the registry, the revision, the
// references and whether files come along. So it makes the ETag.
func (g *gateway) serveBundle(x *exchange) {
	req := &etalonv1.ExportBundleRequest{}
	if err := fromQuery(x, req); err != nil {
		g.fail(x, err)
		return
	}
	ctx, cancel := context.WithCancel(x.callContext())
	defer cancel()
	stream, err := g.registry.ExportBundle(ctx, req)
	if err != nil {
		g.fail(x, err)
		return
	}
	m, err := stream.Recv()
	if err != nil {
		g.fail(x, err)
		return
	}
	md, err := stream.Header()
	if err != nil {
		g.fail(x, err)
		return
	}
	sum := sha256.Sum256(m.GetData())
	etag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := x.w.Header()
	h["Etag"] = []string{etag}
	h["Cache-Control"] = revalidateControl
	if rev := md.Get(headerRevision); len(rev) == 1 {
		h[headerRevision] = rev
	}
	for _, list := range x.r.Header["If-None-Match"] {
		if listsETag(list, etag) {
			x.w.WriteHeader(http.StatusNotModified)
			g.metrics.answered(x, http.StatusNotModified)
			return
		}
	}
	sendArchive(g, x, "standards.bundle", m, stream.Recv)
}
