package registry_test

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
)

// model is the catalogue as a naive program would keep it: one standard of one
// owner and one of another, whatever was acknowledged.
type model struct {
	versions map[string]string          // "a/s@1.0.0" -> content
	status   map[string]standard.Status // of versions
	tags     map[string]string          // "a/s:tag" -> version id
	claims   map[string]string          // designation -> holder, by the owner
	aliases  map[string]map[string]bool // designation -> holders, by others
	entries  int
}

func newModel() *model {
	return &model{
		versions: map[string]string{}, status: map[string]standard.Status{}, tags: map[string]string{},
		claims: map[string]string{}, aliases: map[string]map[string]bool{},
	}
}

// Whatever is asked for in whatever order, the catalogue is what a naive model
// says, in the replica that wrote, in another one, and in one that loads it
// all anew.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openStore(t)
		hs := []*harness{start(t, s), nil}
		hs[1] = start(t, s, func(c *registry.Config) { c.Now = hs[0].clock.now })
		hs[1].clock = hs[0].clock
		hs[0].authority("own", "OCDS")
		hs[0].authority("oth")
		m := newModel()
		m.entries = 3
		w := &world{rt: rt, hs: hs, m: m}
		rt.Repeat(map[string]func(*rapid.T){
			"publish": w.publish,
			"step":    w.step,
			"tag":     w.tag,
			"untag":   w.untag,
			"claim":   w.claim,
			"release": w.release,
			"sweep":   w.sweep,
			"":        w.check,
		})
		w.reload(t)
		for _, h := range hs {
			h.Stop()
			h.replica.Stop()
		}
	})
}

type world struct {
	rt *rapid.T
	hs []*harness
	m  *model
}

func (w *world) any() *harness { return w.hs[rapid.IntRange(0, 1).Draw(w.rt, "replica")] }

func (w *world) name() standard.Name {
	return rapid.SampledFrom([]standard.Name{{Authority: "own", Standard: "s"}, {Authority: "oth", Standard: "s"}}).Draw(w.rt, "standard")
}

func (w *world) id() standard.VersionID {
	return rapid.SampledFrom([]standard.VersionID{"1.0.0", "1.0.0+b", "1.1.0", "2.0.0-rc.1"}).Draw(w.rt, "version")
}

func (w *world) text() string {
	return rapid.SampledFrom([]string{"OCDS 1.0", "OCDS 1.1", "another name"}).Draw(w.rt, "designation")
}

// verdict compares an answer with the model's: wrote says that something was
// to be written, refused that it was to be refused.
func (w *world) verdict(what string, err error, refused bool) {
	w.rt.Helper()
	if (err != nil) != refused {
		w.rt.Fatalf("%s: got %v, the model says refused: %v", what, err, refused)
	}
}

func key(n standard.Name, v standard.VersionID) string { return n.String() + "@" + string(v) }

// same finds the version that counts as the same under SEMVER.
func (m *model) same(n standard.Name, v standard.VersionID) (string, bool) {
	want, _, _ := strings.Cut(string(v), "+")
	for k := range m.versions {
		if id, ok := strings.CutPrefix(k, n.String()+"@"); ok {
			if have, _, _ := strings.Cut(id, "+"); have == want {
				return k, true
			}
		}
	}
	return "", false
}

func (m *model) known(n standard.Name) bool {
	for k := range m.versions {
		if strings.HasPrefix(k, n.String()+"@") {
			return true
		}
	}
	return false
}

// designate adds a claim or alias to the model; false: it is refused.
func (m *model) designate(n standard.Name, text, holder string, write bool) (ok, added bool) {
	if n.Authority == "own" && strings.HasPrefix(text, "OCDS") {
		if h := m.claims[text]; h != "" {
			return h == holder, false
		}
		if write {
			m.claims[text] = holder
		}
		return true, true
	}
	if m.aliases[text][holder] {
		return true, false
	}
	if write {
		if m.aliases[text] == nil {
			m.aliases[text] = map[string]bool{}
		}
		m.aliases[text][holder] = true
	}
	return true, true
}

func (w *world) publish(rt *rapid.T) {
	w.rt = rt
	h, n, id := w.any(), w.name(), w.id()
	content := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "content")
	p := h.release(n, id, content)
	var text string
	if rapid.Bool().Draw(rt, "designated") {
		text = w.text()
		p.Version.Designations = []string{text}
	}
	if rapid.Bool().Draw(rt, "tagged") {
		p.Tags = []string{"recommended"}
	}
	got, err := h.Publish(rt.Context(), me, p)
	k := key(n, id)
	old, there := w.m.versions[k]
	_, clash := w.m.same(n, id)
	free := true
	if text != "" {
		free, _ = w.m.designate(n, text, k, false)
	}
	w.verdict("publish "+k, err, there && old != content || !there && (clash || !free))
	if err != nil {
		return
	}
	if got.Already != there || got.StandardCreated != (!there && !w.m.known(n)) {
		rt.Fatalf("publish %s: %+v", k, got)
	}
	if there {
		return
	}
	w.m.entries++
	if got.StandardCreated {
		w.m.entries++
	}
	w.m.versions[k], w.m.status[k] = content, standard.Published
	if text != "" {
		w.m.designate(n, text, k, true)
	}
	if len(p.Tags) > 0 {
		w.m.entries++
		w.m.tags[n.String()+":recommended"] = string(id)
	}
}

func (w *world) step(rt *rapid.T) {
	w.rt = rt
	h, n, id := w.any(), w.name(), w.id()
	s := rapid.SampledFrom([]standard.Step{
		{Kind: standard.StepDeprecate}, {Kind: standard.StepSupersede, Successor: "own/s@9.0.0"},
		{Kind: standard.StepWithdraw}, {Kind: standard.StepInvalidate, Note: "wrong"},
	}).Draw(rt, "step")
	to := map[standard.StepKind]standard.Status{
		standard.StepDeprecate: standard.Deprecated, standard.StepSupersede: standard.Superseded,
		standard.StepWithdraw: standard.Withdrawn, standard.StepInvalidate: standard.Invalid,
	}[s.Kind]
	_, _, err := h.Step(rt.Context(), me, n, id, s)
	now, there := w.m.status[key(n, id)]
	w.verdict("step "+key(n, id), err, !there || to <= now)
	if err == nil {
		w.m.status[key(n, id)] = to
		w.m.entries++
	}
}

func (w *world) tag(rt *rapid.T) {
	w.rt = rt
	h, n, id := w.any(), w.name(), w.id()
	_, rec, err := h.SetTag(rt.Context(), me, n, "recommended", id, time.Time{})
	_, there := w.m.versions[key(n, id)]
	w.verdict("tag "+key(n, id), err, !there)
	if err == nil {
		w.count("tag", rec, w.m.tags[n.String()+":recommended"] != string(id))
		w.m.tags[n.String()+":recommended"] = string(id)
	}
}

func (w *world) untag(rt *rapid.T) {
	w.rt = rt
	h, n := w.any(), w.name()
	_, rec, err := h.RemoveTag(rt.Context(), me, n, "recommended", time.Time{})
	id, ever := w.m.tags[n.String()+":recommended"]
	w.verdict("untag "+n.String(), err, !ever)
	if err == nil {
		w.count("untag", rec, id != "")
		w.m.tags[n.String()+":recommended"] = ""
	}
}

func (w *world) claim(rt *rapid.T) {
	w.rt = rt
	h, n, id, text := w.any(), w.name(), w.id(), w.text()
	got, rec, err := h.AddDesignation(rt.Context(), me, n, id, text, time.Time{})
	_, there := w.m.versions[key(n, id)]
	ok, added := w.m.designate(n, text, key(n, id), false)
	w.verdict("designate "+key(n, id), err, !there || !ok)
	if err == nil {
		w.count("designate", rec, added)
		w.m.designate(n, text, key(n, id), true)
		if got.Owner != (n.Authority == "own" && strings.HasPrefix(text, "OCDS")) {
			rt.Fatalf("designate %s: %+v", text, got)
		}
	}
}

func (w *world) release(rt *rapid.T) {
	w.rt = rt
	h, n, id, text := w.any(), w.name(), w.id(), w.text()
	_, err := h.RemoveDesignation(rt.Context(), me, n, id, text, time.Time{})
	k := key(n, id)
	held := w.m.claims[text] == k || w.m.aliases[text][k]
	w.verdict("undesignate "+k, err, !held)
	if err == nil {
		w.m.entries++
		if w.m.claims[text] == k {
			delete(w.m.claims, text)
		}
		delete(w.m.aliases[text], k)
		h.clock.advance(time.Second)
	}
}

func (w *world) sweep(rt *rapid.T) {
	w.rt = rt
	h := w.any()
	h.clock.advance(25 * time.Hour)
	if _, _, err := h.Sweep(rt.Context()); err != nil {
		rt.Fatal(err)
	}
}

func (w *world) count(what string, rec registry.Receipt, written bool) {
	w.rt.Helper()
	if rec.Already == written {
		w.rt.Fatalf("%s: receipt %+v, the model says written: %v", what, rec, written)
	}
	if written {
		w.m.entries++
	}
}

// check compares both replicas with the model.
func (w *world) check(rt *rapid.T) {
	for i, h := range w.hs {
		rd, err := h.Read(rt.Context(), registry.ReadOptions{Linearizable: true})
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(w.m.flat(), w.flatten(rt, h, rd.Snapshot)); diff != "" {
			rt.Fatalf("replica %d (-model +got): %s", i, diff)
		}
		if int(rd.Revision()) != w.m.entries {
			rt.Fatalf("replica %d is at %d, the model has %d entries", i, rd.Revision(), w.m.entries)
		}
	}
}

func (m *model) flat() []string {
	var out []string
	for k, content := range m.versions {
		out = append(out, fmt.Sprintf("%s %v %s", k, m.status[k], content))
	}
	for k, v := range m.tags {
		if v != "" {
			out = append(out, k+"="+v)
		}
	}
	for text, holder := range m.claims {
		out = append(out, fmt.Sprintf("%s is %s", text, holder))
	}
	for text, holders := range m.aliases {
		for h := range maps.Keys(holders) {
			out = append(out, fmt.Sprintf("%s may be %s", text, h))
		}
	}
	slices.Sort(out)
	return out
}

// flatten says what the model would of a snapshot, reading every file.
func (w *world) flatten(rt *rapid.T, h *harness, snap *replica.Snapshot) []string {
	var out []string
	for st := range snap.Standards("") {
		for _, v := range st.Versions {
			steps := make([]standard.Step, len(v.Steps))
			for i := range steps {
				steps[i] = *v.Steps[i]
			}
			state := standard.StateAt(v.Record, steps, h.clock.now(), time.Time{})
			out = append(out, fmt.Sprintf("%s %v %s", key(st.Record.Name, v.Record.ID), state.Status, w.content(rt, h, v.Record.Digest)))
		}
		for tag, v := range standard.TagsAt(st.Record.Tags, h.clock.now(), time.Time{}) {
			out = append(out, fmt.Sprintf("%s:%s=%s", st.Record.Name, tag, v))
		}
	}
	for _, text := range []string{"OCDS 1.0", "OCDS 1.1", "another name"} {
		d := snap.Designation(strings.ToLower(text))
		if d == nil {
			continue
		}
		for _, c := range d.Claims {
			switch {
			case !c.HoldsAt(h.clock.now(), time.Time{}):
			case c.Owner:
				out = append(out, fmt.Sprintf("%s is %s", text, key(c.Name, c.Version)))
			default:
				out = append(out, fmt.Sprintf("%s may be %s", text, key(c.Name, c.Version)))
			}
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) content(rt *rapid.T, h *harness, manifest standard.Digest) string {
	m, err := h.Manifest(rt.Context(), manifest)
	if err != nil {
		rt.Fatal(err)
	}
	rc, _, err := h.store.Open(rt.Context(), m.Files[0].Digest, 0)
	if err != nil {
		rt.Fatal(err)
	}
	defer rc.Close()
	b, err := io.ReadAll(rc)
	if err != nil {
		rt.Fatal(err)
	}
	return string(b)
}

// reload compares a replica that loads everything with one that followed.
func (w *world) reload(t *testing.T) {
	fresh := replica.New(replica.Config{Store: w.hs[0].store})
	if err := fresh.Start(t.Context()); err != nil {
		w.rt.Fatal(err)
	}
	defer fresh.Stop()
	if diff := cmp.Diff(w.m.flat(), w.flatten(w.rt, w.hs[0], fresh.Snapshot())); diff != "" {
		w.rt.Fatalf("loaded anew (-model +got): %s", diff)
	}
}
