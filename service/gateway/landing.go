package gateway

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

//go:embed landing.html
var landingHTML string

//go:embed landing.css
var landingCSS string

// landing is the page at "/": what this is and where to go.
type landing struct {
	page *template.Template
	csp  string
}

// landingView is what the page shows.
type landingView struct {
	CSS       template.CSS
	Registry  *etalonv1.Registry // nil: not known
	Origin    string             // where the client found this
	Base      string             // of persistent identifiers
	GRPC      string
	Plaintext bool // gRPC needs no TLS
}

// defaultGRPC is the address where gRPC listens unless told otherwise.
const defaultGRPC = "127.0.0.1:7420"

func newLanding() (*landing, error) {
	page, err := template.New("landing").Funcs(template.FuncMap{"number": number}).Parse(landingHTML)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(landingCSS))
	return &landing{page: page, csp: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, nil
}

// serveLanding shows the page, or the registry as JSON to who wants JSON only.
func (g *gateway) serveLanding(x *exchange) {
	var header metadata.MD
	registry, err := g.registry.GetRegistry(x.callContext(), &etalonv1.GetRegistryRequest{}, grpc.Header(&header))
	passOn(x.w.Header(), header)
	h := x.w.Header()
	h["Vary"] = addVary(h["Vary"], []string{"Accept"})
	if prefersJSON(x.r.Header["Accept"]) {
		if err != nil {
			g.fail(x, err)
			return
		}
		g.landingJSON(x, registry)
		return
	}
	var b bytes.Buffer
	view := landingView{CSS: template.CSS(landingCSS), Registry: registry, Origin: origin(x.r), Base: g.cfg.BaseIRI, GRPC: g.cfg.GRPCAddress}
	if view.GRPC == "" {
		view.GRPC = defaultGRPC
	}
	view.Plaintext = x.r.TLS == nil
	if err := g.landing.page.Execute(&b, view); err != nil {
		g.fail(x, err)
		return
	}
	h.Set("Content-Security-Policy", g.landing.csp)
	h.Set("Referrer-Policy", "no-referrer")
	a := &answer{body: b.Bytes(), contentType: []string{"text/html; charset=utf-8"}, cacheControl: revalidateControl, route: x.route}
	a.setETag(registry.GetRevision())
	g.send(x.w, x.r, a)
}

func (g *gateway) landingJSON(x *exchange, registry *etalonv1.Registry) {
	body, err := marshalJSON(registry)
	if err != nil {
		g.fail(x, err)
		return
	}
	a := &answer{body: body, contentType: jsonHeader, cacheControl: revalidateControl, route: x.route}
	a.setETag(registry.GetRevision())
	g.send(x.w, x.r, a)
}

// origin is where the client believes to be, also behind a proxy that ends TLS.
func origin(r *http.Request) string {
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// prefersJSON reads Accept: JSON is for who names it before HTML and "*/*".
// Order stands in for qualities, which nobody sends the other way round.
func prefersJSON(values []string) bool {
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			kind, parameters, _ := strings.Cut(item, ";")
			if !wanted(parameters) {
				continue
			}
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "application/json", "application/*":
				return true
			case "text/html", "application/xhtml+xml", "text/*", "*/*":
				return false
			}
		}
	}
	return false
}

// number groups digits by three, with thin spaces.
func number(n any) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return s
}
