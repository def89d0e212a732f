package standard

import (
	"fmt"
	"strings"
	"time"
)

// The tags with a meaning of their own. TagLatest is computed from the order
// of the versions and is never set; TagRecommended is set by the owner and is
// what a reference without a selector means.
const (
	TagLatest      = "latest"
	TagRecommended = "recommended"
)

// MaxTagLen is the longest tag, in bytes.
const MaxTagLen = 32

// ParseTag checks that s is of the form of a tag, [a-z][a-z0-9-]{0,31}, and
// returns it. TagLatest is one, though it cannot be set; see CheckSettableTag.
// Errors wrap ErrMalformed.
func ParseTag(s string) (string, error) {
	if s == "" || len(s) > MaxTagLen {
		return "", fmt.Errorf("%w: tag %q has %d characters, 1 to %d are allowed", ErrMalformed, clip(s), len(s), MaxTagLen)
	}
	if !validLabel(s) {
		return "", fmt.Errorf("%w: tag %q: use a-z first, then a-z, 0-9 and -", ErrMalformed, clip(s))
	}
	return s, nil
}

// CheckSettableTag says whether s is a tag that an owner may set: of the
// right form and not reserved. Errors wrap ErrMalformed.
func CheckSettableTag(s string) error {
	if _, err := ParseTag(s); err != nil {
		return err
	}
	if s == TagLatest {
		return fmt.Errorf("%w: tag %q is reserved: it is the highest version by the standard's own order; set %q instead", ErrMalformed, s, TagRecommended)
	}
	return nil
}

// TagAt is the version that tag names at the time at, as was recorded by
// known (zero: all that is recorded). The change that took effect last wins;
// of two at the same time, the one recorded later, then the later in tags.
func TagAt(tags []TagChange, tag string, at, known time.Time) (VersionID, bool) {
	best := -1
	for i := range tags {
		if tags[i].Tag == tag && tags[i].holdsAt(at, known) && (best < 0 || !tags[i].before(&tags[best])) {
			best = i
		}
	}
	if best < 0 || tags[best].Version == "" {
		return "", false
	}
	return tags[best].Version, true
}

// TagsAt is every tag that names a version at the time at, as TagAt says.
func TagsAt(tags []TagChange, at, known time.Time) map[string]VersionID {
	out := map[string]VersionID{}
	for i := range tags {
		tag := tags[i].Tag
		if _, done := out[tag]; done {
			continue
		}
		if v, ok := TagAt(tags, tag, at, known); ok {
			out[tag] = v
		}
	}
	return out
}

// NextTagChange is the next moment after at when a recorded change of tag
// takes effect; zero where none is known. An empty tag asks about all.
func NextTagChange(tags []TagChange, tag string, at, known time.Time) time.Time {
	var next time.Time
	for i := range tags {
		t := &tags[i]
		if tag != "" && t.Tag != tag || !recordedBy(t.Recorded, known) {
			continue
		}
		if e := t.effective(); e.After(at) && (next.IsZero() || e.Before(next)) {
			next = e
		}
	}
	return next
}

func (t *TagChange) effective() time.Time {
	if t.Effective.IsZero() {
		return t.Recorded
	}
	return t.Effective
}

func (t *TagChange) holdsAt(at, known time.Time) bool {
	return recordedBy(t.Recorded, known) && !t.effective().After(at)
}

// before says whether t gives way to u, which holds too.
func (t *TagChange) before(u *TagChange) bool {
	if c := t.effective().Compare(u.effective()); c != 0 {
		return c < 0
	}
	return t.Recorded.Before(u.Recorded)
}

// reservedID says whether a version id would read as a reserved tag.
func reservedID(s string) bool {
	return strings.EqualFold(s, TagLatest) || strings.EqualFold(s, TagRecommended)
}
