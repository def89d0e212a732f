package gateway

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var variable = regexp.MustCompile(`\{[^}]*\}`)

func openAPIOf(t *testing.T) object {
	t.Helper()
	r := newSite(t, nil).get(t, "/openapi.json")
	var doc object
	if err := json.Unmarshal([]byte(read(t, r)), &doc); err != nil {
		t.Fatal(err)
	}
	if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Etag") == "" {
		t.Errorf("headers: %v", r.Header)
	}
	return doc
}

func TestEveryRouteIsDescribed(t *testing.T) {
	g := newSite(t, nil).handler.(*gateway)
	var served, described []string
	for _, rt := range g.routes.all {
		served = append(served, rt.method+" "+rt.template)
	}
	for path, item := range openAPIOf(t)["paths"].(object) {
		for method := range item.(object) {
			described = append(described, strings.ToUpper(method)+" "+variable.ReplaceAllString(path, "{}"))
		}
	}
	for _, s := range served {
		if !slices.Contains(described, s) {
			t.Errorf("%s is served and not described", s)
		}
	}
	for _, d := range described {
		if !slices.Contains(served, d) {
			t.Errorf("%s is described and not served", d)
		}
	}
}

func TestParametersAreDescribed(t *testing.T) {
	g := newSite(t, nil).handler.(*gateway)
	doc := openAPIOf(t)
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			i := slices.IndexFunc(g.routes.all, func(rt *route) bool {
				return rt.method == strings.ToUpper(method) && rt.template == variable.ReplaceAllString(path, "{}")
			})
			if i < 0 {
				continue // TestEveryRouteIsDescribed tells
			}
			described := map[string]bool{}
			parameters, _ := op.(object)["parameters"].([]any)
			for _, p := range parameters {
				o := follow(t, doc, p.(object))
				described[o["in"].(string)+" "+o["name"].(string)] = true
			}
			for name := range g.routes.all[i].query {
				if !strings.Contains(name, "_") && !described["query "+name] && !nested(described, name) {
					t.Errorf("%s %s: the parameter %s is not described", method, path, name)
				}
			}
			for d := range described {
				if name, ok := strings.CutPrefix(d, "query "); ok && !g.routes.all[i].query[strings.Split(name, ".")[0]] {
					t.Errorf("%s %s: the parameter %s is refused", method, path, name)
				}
			}
			for _, v := range variable.FindAllString(path, -1) {
				if !described["path "+strings.Trim(v, "{}")] {
					t.Errorf("%s %s: %s is not described", method, path, v)
				}
			}
		}
	}
}

func nested(described map[string]bool, name string) bool {
	for d := range described {
		if strings.HasPrefix(d, "query "+name+".") {
			return true
		}
	}
	return false
}

// follow finds what a reference within the document names.
func follow(t *testing.T, doc object, o object) object {
	t.Helper()
	ref, ok := o["$ref"].(string)
	if !ok {
		return o
	}
	at := any(doc)
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		in, ok := at.(object)
		if !ok || in[part] == nil {
			t.Fatalf("%s leads nowhere", ref)
		}
		at = in[part]
	}
	return at.(object)
}

// TestOpenAPIStructure checks what the specification asks of a document.
func TestOpenAPIStructure(t *testing.T) {
	doc := openAPIOf(t)
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1.") {
		t.Errorf("openapi %q", v)
	}
	info := doc["info"].(object)
	if info["title"] == "" || info["version"] == "" {
		t.Errorf("info %v", info)
	}
	seen := map[string]string{}
	for path, item := range doc["paths"].(object) {
		if !strings.HasPrefix(path, "/") {
			t.Errorf("path %q", path)
		}
		for method, o := range item.(object) {
			op, at := o.(object), method+" "+path
			id, _ := op["operationId"].(string)
			if other := seen[id]; id == "" || other != "" {
				t.Errorf("%s: operationId %q, which %q has", at, id, other)
			}
			seen[id] = at
			if s, _ := op["summary"].(string); s == "" {
				t.Errorf("%s has no summary", at)
			}
			responses, _ := op["responses"].(object)
			if responses["default"] == nil || responses["200"] == nil && responses["303"] == nil {
				t.Errorf("%s: responses %v", at, responses)
			}
			for code, r := range responses {
				if d, _ := follow(t, doc, r.(object))["description"].(string); d == "" {
					t.Errorf("%s: response %s has no description", at, code)
				}
			}
			checkParameters(t, doc, at, op)
		}
	}
	checkReferences(t, doc, doc, "#")
}

func checkParameters(t *testing.T, doc object, at string, op object) {
	t.Helper()
	names := map[string]bool{}
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		o := follow(t, doc, p.(object))
		key := fmt.Sprint(o["in"], " ", o["name"])
		if names[key] || o["schema"] == nil {
			t.Errorf("%s: parameter %s twice or without a schema", at, key)
		}
		names[key] = true
		if o["in"] == "path" && o["required"] != true {
			t.Errorf("%s: parameter %s must be required", at, key)
		}
	}
}

// checkReferences looks whether every reference leads somewhere.
func checkReferences(t *testing.T, doc object, v any, at string) {
	t.Helper()
	switch v := v.(type) {
	case object:
		if _, ok := v["$ref"].(string); ok {
			follow(t, doc, v)
		}
		for k, inner := range v {
			checkReferences(t, doc, inner, at+"/"+k)
		}
	case []any:
		for i, inner := range v {
			checkReferences(t, doc, inner, fmt.Sprintf("%s/%d", at, i))
		}
	}
}
