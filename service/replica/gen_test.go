package replica

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// generator draws commits that a registry could make, and keeps what it needs
// to know to make the next.
type generator struct {
	at       store.Head
	names    []standard.Name
	versions map[standard.Name][]standard.VersionID
	steps    map[string]int
	drafts   map[string]store.DeletedDraft
}

func newGenerator() *generator {
	return &generator{versions: map[standard.Name][]standard.VersionID{}, steps: map[string]int{}, drafts: map[string]store.DeletedDraft{}}
}

func (g *generator) moment() time.Time { return epoch.Add(time.Duration(g.at.Index) * time.Minute) }

var targets = []string{"a/one", "b/two@1.0.0", "c/three", "ISO 8601-1:2019", "RFC 3339", "etalon:a/one@^1"}

func relations(t *rapid.T) []standard.Relation {
	var out []standard.Relation
	for range rapid.IntRange(0, 3).Draw(t, "relations") {
		out = append(out, standard.Relation{
			Type:   standard.RelationType(rapid.IntRange(1, 10).Draw(t, "type")),
			Target: rapid.SampledFrom(targets).Draw(t, "target"),
		})
	}
	return out
}

// commit draws a batch: one entry for each record.
func (g *generator) commit(t *rapid.T) store.Batch {
	var b store.Batch
	seen := map[string]bool{}
	for range rapid.IntRange(1, 6).Draw(t, "records") {
		r, key := g.record(t)
		if r == nil || seen[key] {
			continue
		}
		seen[key] = true
		b.Records = append(b.Records, r)
	}
	for i := range max(1, len(b.Records)) {
		b.Entries = append(b.Entries, &standard.Entry{Index: g.at.Index + standard.Revision(i) + 1, Time: g.moment()})
	}
	return b
}

func (g *generator) record(t *rapid.T) (store.Record, string) {
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		return g.authority(t)
	case 1, 2:
		return g.standard(t)
	case 3, 4, 5:
		return g.version(t)
	case 6:
		return g.step(t)
	case 7:
		return g.draft(t)
	case 8:
		return g.deletedDraft(t)
	}
	key := "key " + rapid.StringMatching("[a-e]").Draw(t, "key")
	return &standard.Designation{Key: key, Claims: []standard.Claim{{Text: key, Name: g.name(t)}}}, key
}

func (g *generator) name(t *rapid.T) standard.Name {
	return standard.Name{
		Authority: standard.AuthorityID(rapid.SampledFrom([]string{"a", "a-b", "b", "c"}).Draw(t, "authority")),
		Standard:  rapid.SampledFrom([]string{"one", "one-b", "two", "three"}).Draw(t, "standard"),
	}
}

func (g *generator) authority(t *rapid.T) (store.Record, string) {
	a := &standard.Authority{ID: g.name(t).Authority, Revision: g.at.Index}
	for range rapid.IntRange(0, 2).Draw(t, "prefixes") {
		a.Prefixes = append(a.Prefixes, rapid.SampledFrom([]string{"iso", "iso iec", "rfc"}).Draw(t, "prefix"))
	}
	return a, "authority " + string(a.ID)
}

func (g *generator) standard(t *rapid.T) (store.Record, string) {
	n := g.name(t)
	if _, ok := g.versions[n]; !ok {
		g.names = append(g.names, n)
		g.versions[n] = nil
	}
	return &standard.Standard{
		Name: n, Scheme: rapid.SampledFrom([]standard.Scheme{standard.Semver, standard.Numeric}).Draw(t, "scheme"),
		Relations: relations(t), Sectors: []string{}, Revision: g.at.Index,
	}, "standard " + n.String()
}

func (g *generator) version(t *rapid.T) (store.Record, string) {
	if len(g.names) == 0 {
		return nil, ""
	}
	n := rapid.SampledFrom(g.names).Draw(t, "of")
	id := standard.VersionID(rapid.StringMatching(`[0-3]\.[0-3]\.[0-3]`).Draw(t, "id"))
	for _, known := range g.versions[n] {
		if known == id {
			return nil, ""
		}
	}
	g.versions[n] = append(g.versions[n], id)
	return &standard.Version{
		Name: n, ID: id, Recorded: g.moment(), Relations: relations(t), Revision: g.at.Index,
		Digest: standard.DigestOf([]byte(n.String() + string(id))),
	}, fmt.Sprint("version ", n, id)
}

func (g *generator) step(t *rapid.T) (store.Record, string) {
	if len(g.names) == 0 {
		return nil, ""
	}
	n := rapid.SampledFrom(g.names).Draw(t, "of")
	if len(g.versions[n]) == 0 {
		return nil, ""
	}
	id := rapid.SampledFrom(g.versions[n]).Draw(t, "version")
	key := fmt.Sprint("step ", n, id)
	g.steps[key]++
	s := &standard.Step{Name: n, Version: id, Number: g.steps[key], Recorded: g.moment(), Kind: standard.StepSupersede,
		Successor: rapid.SampledFrom(targets).Draw(t, "successor")}
	if rapid.Bool().Draw(t, "correct") {
		s.Kind, s.Successor = standard.StepCorrect, ""
		s.Amendment = &standard.Amendment{AddRelations: relations(t), RemoveRelations: relations(t)}
	}
	return s, fmt.Sprint(key, s.Number)
}

func (g *generator) draft(t *rapid.T) (store.Record, string) {
	n := g.name(t)
	id := standard.VersionID(rapid.SampledFrom([]string{"1.0.0", "2.0.0-RC"}).Draw(t, "draft"))
	key := fmt.Sprint("draft ", n, id)
	g.drafts[key] = store.DeletedDraft{Name: n, Version: id}
	return &standard.DraftVersion{Version: standard.Version{Name: n, ID: id}, Revision: g.at.Index}, key
}

func (g *generator) deletedDraft(t *rapid.T) (store.Record, string) {
	for _, key := range []string{"draft {a one}1.0.0", "draft {b two}2.0.0-RC", "draft {a-b one}1.0.0"} {
		if d, ok := g.drafts[key]; ok && rapid.Bool().Draw(t, "delete") {
			delete(g.drafts, key)
			return d, key
		}
	}
	return nil, ""
}
