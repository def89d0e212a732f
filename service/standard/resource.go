package standard

import (
	"fmt"
	"strings"
)

// Resource names, as the public contract has them:
//
//	authorities/ocp
//	authorities/ocp/standards/ocds
//	authorities/ocp/standards/ocds/versions/1.1.5
//	authorities/ocp/standards/ocds/drafts/1.2.0

// AuthorityName is the resource name of an authority.
func AuthorityName(id AuthorityID) string { return "authorities/" + string(id) }

// Resource is the resource name of a standard.
func (n Name) Resource() string {
	return "authorities/" + string(n.Authority) + "/standards/" + n.Standard
}

// VersionResource is the resource name of a version.
func VersionResource(n Name, v VersionID) string {
	return n.Resource() + "/versions/" + string(v)
}

// DraftResource is the resource name of a draft.
func DraftResource(n Name, v VersionID) string {
	return n.Resource() + "/drafts/" + string(v)
}

// ParseAuthorityResource parses the resource name of an authority. Errors of
// all four parsers wrap ErrMalformed and show the form that is wanted.
func ParseAuthorityResource(s string) (AuthorityID, error) {
	var parts [1]string
	if !cutResource(s, parts[:], "authorities/") {
		return "", resourceError(s, "authorities/{authority}")
	}
	id, err := ParseAuthorityID(parts[0])
	return id, resourceCause(s, err)
}

// ParseStandardResource parses the resource name of a standard.
func ParseStandardResource(s string) (Name, error) {
	var parts [2]string
	if !cutResource(s, parts[:], "authorities/", "/standards/") {
		return Name{}, resourceError(s, "authorities/{authority}/standards/{standard}")
	}
	n, err := labels(parts[0], parts[1])
	return n, resourceCause(s, err)
}

// ParseVersionResource parses the resource name of a version.
func ParseVersionResource(s string) (Name, VersionID, error) {
	return parseBelow(s, "versions", "version")
}

// ParseDraftResource parses the resource name of a draft.
func ParseDraftResource(s string) (Name, VersionID, error) {
	return parseBelow(s, "drafts", "draft")
}

func parseBelow(s, collection, id string) (Name, VersionID, error) {
	var parts [3]string
	if !cutResource(s, parts[:], "authorities/", "/standards/", "/"+collection+"/") {
		return Name{}, "", resourceError(s, "authorities/{authority}/standards/{standard}/"+collection+"/{"+id+"}")
	}
	n, err := labels(parts[0], parts[1])
	if err != nil {
		return Name{}, "", resourceCause(s, err)
	}
	v, err := ParseVersionID(parts[2])
	if err != nil {
		return Name{}, "", resourceCause(s, err)
	}
	return n, v, nil
}

// cutResource cuts s at the collections and leaves what lies between in parts.
func cutResource(s string, parts []string, collections ...string) bool {
	rest, ok := strings.CutPrefix(s, collections[0])
	if !ok {
		return false
	}
	for i, c := range collections[1:] {
		if parts[i], rest, ok = strings.Cut(rest, c); !ok || strings.Contains(parts[i], "/") {
			return false
		}
	}
	parts[len(collections)-1] = rest
	return !strings.Contains(rest, "/")
}

func labels(authority, standard string) (Name, error) {
	if err := checkLabel("authority", authority); err != nil {
		return Name{}, err
	}
	if err := checkLabel("standard", standard); err != nil {
		return Name{}, err
	}
	return Name{AuthorityID(authority), standard}, nil
}

func resourceError(s, form string) error {
	return fmt.Errorf("%w: resource name %q wants the form %s", ErrMalformed, clip(s), form)
}

func resourceCause(s string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("resource name %q: %w", clip(s), err)
}
