package gateway

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/etalon-registry/etalon/gen/openapi"
	"github.com/etalon-registry/etalon/service/buildinfo"
)

// openAPIFragment describes what no annotation does: the routes made by hand,
// the form of errors, the headers, and who may call.
//
//go:embed openapi.json
var openAPIFragment string

// page is a finished answer that never changes while the program runs.
type page struct{ answer answer }

// openAPIPage puts the document together.
func openAPIPage() (*page, error) {
	doc, err := openAPIDocument(openapi.Document(), openAPIFragment)
	if err != nil {
		return nil, err
	}
	p := &page{answer{body: doc, contentType: jsonHeader, cacheControl: revalidateControl}}
	p.answer.setETag(0)
	return p, nil
}

func (g *gateway) serveOpenAPI(x *exchange) {
	g.openapi.answer.route = x.route
	g.send(x.w, x.r, &g.openapi.answer)
}

type object = map[string]any

// openAPIDocument merges the fragment into the generated document, compact and
// with sorted keys.
func openAPIDocument(generated, fragment string) ([]byte, error) {
	var doc, own object
	if err := json.Unmarshal([]byte(generated), &doc); err != nil {
		return nil, fmt.Errorf("gateway: generated OpenAPI document: %w", err)
	}
	if err := json.Unmarshal([]byte(fragment), &own); err != nil {
		return nil, fmt.Errorf("gateway: OpenAPI fragment: %w", err)
	}
	merge(doc, own)
	paths, _ := doc["paths"].(object)
	for _, item := range paths {
		for method, operation := range item.(object) {
			if op, ok := operation.(object); ok {
				completeOperation(method, op)
			}
		}
	}
	if info, ok := doc["info"].(object); ok {
		info["version"] = buildinfo.Version()
	}
	return json.Marshal(doc)
}

// merge puts own into doc, object by object; what is no object replaces. An
// operation is replaced whole.
func merge(doc, own object) {
	for k, v := range own {
		have, ok1 := doc[k].(object)
		want, ok2 := v.(object)
		if ok1 && ok2 && want["operationId"] == nil {
			merge(have, want)
			continue
		}
		doc[k] = v
	}
}

// completeOperation adds what all operations share: the form of errors, and for
// reads the headers that ask for freshness and what HTTP may answer.
func completeOperation(method string, op object) {
	responses, ok := op["responses"].(object)
	if !ok {
		return
	}
	responses["default"] = object{"$ref": "#/components/responses/Error"}
	if method != "get" {
		return
	}
	parameters, _ := op["parameters"].([]any)
	for _, name := range []string{"MinRevision", "Consistency", "IfNoneMatch"} {
		if op["x-etalon-plain"] == nil {
			parameters = append(parameters, object{"$ref": "#/components/parameters/" + name})
		}
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if op["x-etalon-plain"] == nil {
		responses["304"] = object{"$ref": "#/components/responses/NotModified"}
		if r, ok := responses["200"].(object); ok {
			headers, _ := r["headers"].(object)
			if headers == nil {
				headers = object{}
			}
			maps.Copy(headers, object{
				"ETag":              object{"$ref": "#/components/headers/ETag"},
				"Etalon-Revision":   object{"$ref": "#/components/headers/Revision"},
				"Etalon-Staleness":  object{"$ref": "#/components/headers/Staleness"},
				"Etalon-Request-Id": object{"$ref": "#/components/headers/RequestId"},
			})
			if id, _ := op["operationId"].(string); strings.HasSuffix(id, "_GetVersion") || strings.HasSuffix(id, "_File") {
				maps.Copy(headers, object{
					"Deprecation": object{"$ref": "#/components/headers/Deprecation"},
					"Sunset":      object{"$ref": "#/components/headers/Sunset"},
					"Link":        object{"$ref": "#/components/headers/Link"},
				})
			}
			r["headers"] = headers
		}
	}
	delete(op, "x-etalon-plain")
}
