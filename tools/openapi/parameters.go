package openapi

import (
	"fmt"
	"regexp"
	"strings"
)

// collection matches one part of a resource name in a path: the collection and
// the parameter after it. Only the fields that hold resource names by custom,
// "name" and "parent", are split into such parts.
var collection = regexp.MustCompile(`([a-zA-Z]+)/\{((?:[a-z_]+\.)*(?:name|parent)(?:_\d+)?)\}`)

// renameParameters calls the path's parameters after their collections, in the
// path, which it returns, and in the operations of item. Two parameters that
// would get one name are an error.
func renameParameters(path string, item map[string]any) (string, error) {
	names := map[string]string{}
	taken := map[string]bool{}
	renamed := collection.ReplaceAllStringFunc(path, func(part string) string {
		groups := collection.FindStringSubmatch(part)
		name := singular(groups[1])
		names[groups[2]] = name
		return groups[1] + "/{" + name + "}"
	})
	for _, name := range names {
		if taken[name] {
			return "", fmt.Errorf("%s: two parameters would be called %s", path, name)
		}
		taken[name] = true
	}
	for _, operation := range item {
		fields, ok := operation.(map[string]any)
		if !ok {
			continue
		}
		parameters, _ := fields["parameters"].([]any)
		for _, parameter := range parameters {
			rename(parameter, names)
		}
	}
	return renamed, nil
}

func rename(parameter any, names map[string]string) {
	fields, ok := parameter.(map[string]any)
	if !ok || fields["in"] != "path" {
		return
	}
	old, _ := fields["name"].(string)
	name, ok := names[old]
	if !ok {
		return
	}
	fields["name"] = name
	fields["description"] = "The " + name + " in the resource name."
}

// singular is the name of one item of a collection: authorities, authority.
func singular(plural string) string {
	if stem, ok := strings.CutSuffix(plural, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(plural, "s")
}
