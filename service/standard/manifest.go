package standard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Manifest is what a version consists of. Its canonical bytes are a blob of
// their own, and their SHA-256 is the version's digest.
type Manifest struct {
	Name    Name
	Version VersionID
	Files   []File
	Links   []Link
	Members []Member
}

// ManifestMediaType is the media type of the canonical bytes.
const ManifestMediaType = "application/vnd.etalon.manifest+json"

// maxExactInt is the largest integer that JSON numbers carry exactly
// (RFC 8785 section 3.2.2.3).
const maxExactInt = 1<<53 - 1

// Canonical is the manifest as canonical JSON (RFC 8785): keys in order, no
// white space; files sorted bytewise by path, links by URL, members by id;
// empty optional values and empty lists left out. The order of m's own lists
// does not matter and is not changed. Canonical is meaningful only where Check
// finds nothing.
func (m *Manifest) Canonical() []byte {
	w := jsonWriter{buf: make([]byte, 0, 128+256*len(m.Files)+128*len(m.Links)+64*len(m.Members))}
	w.open('{')
	w.key("etalonManifest").integer(1)
	if len(m.Files) > 0 {
		w.key("files").open('[')
		for _, f := range sorted(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) }) {
			w.file(&f)
		}
		w.close(']')
	}
	if len(m.Links) > 0 {
		w.key("links").open('[')
		for _, l := range sorted(m.Links, func(a, b Link) int { return strings.Compare(a.URL, b.URL) }) {
			w.link(&l)
		}
		w.close(']')
	}
	if len(m.Members) > 0 {
		w.key("members").open('[')
		for _, x := range sorted(m.Members, func(a, b Member) int { return strings.Compare(a.ID, b.ID) }) {
			w.member(&x)
		}
		w.close(']')
	}
	w.key("name").text(m.Name.String())
	w.key("version").text(string(m.Version))
	w.close('}')
	return w.buf
}

// Digest is the digest of the canonical bytes.
func (m *Manifest) Digest() Digest { return DigestOf(m.Canonical()) }

// Check finds everything that keeps m from having canonical bytes: bad names,
// paths that are bad, not in NFC, equal or different by case only, links or
// members that are there twice, sizes below 0 or above 2^53-1, roles out of
// range, text that is not UTF-8. Each error wraps ErrMalformed; empty: fine.
// Configured limits are checked elsewhere.
func (m *Manifest) Check() []error {
	var errs []error
	add := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: manifest: "+format, append([]any{ErrMalformed}, args...)...))
	}
	if _, err := ParseName(m.Name.String()); err != nil {
		errs = append(errs, err)
	}
	if _, err := ParseVersionID(string(m.Version)); err != nil {
		errs = append(errs, err)
	}
	paths := make([]string, len(m.Files))
	for i, f := range m.Files {
		paths[i] = f.Path
		if utf8.ValidString(f.Path) && !norm.NFC.IsNormalString(f.Path) {
			add("path %q is not in Unicode normalisation form C", clip(f.Path))
		}
		if f.Size < 0 || f.Size > maxExactInt {
			add("file %q: size %d is out of range", clip(f.Path), f.Size)
		}
		if f.Digest.IsZero() {
			add("file %q has no digest", clip(f.Path))
		}
		if int(f.Role) >= len(roleNames) || !utf8.ValidString(f.MediaType) {
			add("file %q: bad role or media type", clip(f.Path))
		}
	}
	for _, p := range CheckPathsMax(paths, maxExactInt) {
		errs = append(errs, p.Err)
	}
	urls, ids := map[string]bool{}, map[string]bool{}
	for _, l := range m.Links {
		if l.URL == "" || urls[l.URL] {
			add("link %q is empty or there twice", clip(l.URL))
		}
		urls[l.URL] = true
		if int(l.Role) >= len(roleNames) || !utf8.ValidString(l.URL+l.Title+l.MediaType) {
			add("link %q: bad role or text", clip(l.URL))
		}
	}
	for _, x := range m.Members {
		if err := CheckMember(x.ID); err != nil {
			errs = append(errs, err)
		}
		if ids[x.ID] {
			add("member %q is there twice", clip(x.ID))
		}
		ids[x.ID] = true
		if !utf8.ValidString(x.Title + x.Kind) {
			add("member %q: text is not UTF-8", clip(x.ID))
		}
	}
	return errs
}

// ParseManifest parses canonical bytes and refuses any others, so that one
// manifest has one digest. Lists come back sorted. Errors wrap ErrMalformed.
func ParseManifest(b []byte) (*Manifest, error) {
	var j manifestJSON
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		return nil, fmt.Errorf("%w: manifest: %v", ErrMalformed, err)
	}
	if j.Format != 1 {
		return nil, fmt.Errorf("%w: manifest: etalonManifest is %d, this program reads 1", ErrMalformed, j.Format)
	}
	m, err := j.manifest()
	if err != nil {
		return nil, err
	}
	if errs := m.Check(); len(errs) > 0 {
		return nil, errs[0]
	}
	if !bytes.Equal(m.Canonical(), b) {
		return nil, fmt.Errorf("%w: manifest: the bytes are not canonical (RFC 8785, sorted lists)", ErrMalformed)
	}
	return m, nil
}

type manifestJSON struct {
	Format int    `json:"etalonManifest"`
	Name   string `json:"name"`
	// Version and the rest are checked by Manifest.Check.
	Version string `json:"version"`
	Files   []struct {
		Digest    string `json:"digest"`
		MediaType string `json:"mediaType"`
		Path      string `json:"path"`
		Role      string `json:"role"`
		Size      int64  `json:"size"`
	} `json:"files"`
	Links []struct {
		MediaType string `json:"mediaType"`
		Role      string `json:"role"`
		Title     string `json:"title"`
		URL       string `json:"url"`
	} `json:"links"`
	Members []Member `json:"members"`
}

func (j *manifestJSON) manifest() (*Manifest, error) {
	n, err := ParseName(j.Name)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Name: n, Version: VersionID(j.Version), Members: j.Members}
	m.Files = make([]File, 0, len(j.Files))
	for _, f := range j.Files {
		d, err := ParseDigest(f.Digest)
		if err != nil {
			return nil, err
		}
		role, err := roleOrNone(f.Role)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, File{Path: f.Path, MediaType: f.MediaType, Role: role, Size: f.Size, Digest: d})
	}
	for _, l := range j.Links {
		role, err := roleOrNone(l.Role)
		if err != nil {
			return nil, err
		}
		m.Links = append(m.Links, Link{URL: l.URL, Title: l.Title, MediaType: l.MediaType, Role: role})
	}
	return m, nil
}

func roleOrNone(s string) (Role, error) {
	if s == "" {
		return RoleUnspecified, nil
	}
	return ParseRole(s)
}

func sorted[T any](list []T, compare func(a, b T) int) []T {
	if slices.IsSortedFunc(list, compare) {
		return list
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, compare)
	return out
}
