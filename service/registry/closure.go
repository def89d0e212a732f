package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/resolve"
	"github.com/etalon-registry/etalon/service/standard"
)

// closure is a part of the catalogue that answers for every standard in it as
// the whole does: whatever a resolution of one of its names, designations,
// ranges and tags looks at is in it, at any moment asked for.
//
// Standards and normal forms lead to each other until nothing is new:
//
//   - a standard to the normal forms of its names and designations and those of
//     its versions, dated and undated, and of what they adopt by their form; to
//     what it and they replace, are superseded by, adopt, amend and correct;
//   - a normal form to everybody who ever claimed it, for the claim of one may
//     hide that of another; and to what replaces, adopts, amends or corrects
//     what it names, or is superseded by it.
//
// Other relations, such as references to what a standard needs, lead nowhere:
// they would take in the whole catalogue.
type closure struct {
	snap      *replica.Snapshot
	most      int // standards
	standards map[standard.Name]*resolve.Standard
	keys      map[string]bool
	claims    map[string]*standard.Designation // by key, of those visited
	todo      []*resolve.Standard
	over      bool // there would be more than most
}

// closureOf finds the closure of some standards. It is a *LimitError where
// there would be more than most standards in it.
func closureOf(ctx context.Context, snap *replica.Snapshot, names []standard.Name, most int) (*closure, error) {
	c := &closure{
		snap: snap, most: most, standards: map[standard.Name]*resolve.Standard{},
		keys: map[string]bool{}, claims: map[string]*standard.Designation{},
	}
	for _, n := range names {
		c.standard(n)
	}
	for more := true; more; {
		for len(c.todo) > 0 && !c.over {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			st := c.todo[len(c.todo)-1]
			c.todo = c.todo[:len(c.todo)-1]
			c.expand(st)
		}
		if c.over {
			return nil, &LimitError{Limit: "bundle_standards", Max: int64(most), Value: int64(len(c.standards)), Field: "refs"}
		}
		var err error
		if more, err = c.sweep(ctx); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// standard takes a standard in, if there is one of that name.
func (c *closure) standard(n standard.Name) {
	st := c.snap.Standard(n)
	if st == nil || c.standards[n] != nil {
		return
	}
	c.standards[n] = st
	c.todo = append(c.todo, st)
	c.over = c.over || len(c.standards) > c.most
}

// expand takes in what a standard leads to.
func (c *closure) expand(st *resolve.Standard) {
	c.named(st.Record.Name)
	c.keysOf(st, nil, st.Record.Designations)
	c.relations(st.Record.Relations)
	for _, v := range st.Versions {
		c.keysOf(st, v, v.Record.Designations)
		c.relations(v.Record.Relations)
		for _, step := range v.Steps {
			if step.Successor != "" {
				c.target(step.Successor)
			}
			if step.Alternative != "" {
				c.target(step.Alternative)
			}
			if step.Amendment != nil {
				c.relations(step.Amendment.AddRelations)
			}
		}
	}
}

// named takes in designations that are written like references to a standard:
// they make the reference ambiguous.
func (c *closure) named(n standard.Name) {
	text := n.String()
	c.key(designation.Key(text))
	for d := range c.snap.Designations(text) {
		rest, like := strings.CutPrefix(d.Key, text)
		if !like {
			return
		}
		if rest == "" || rest[0] == '@' || rest[0] == '#' {
			c.key(d.Key)
		}
	}
}

func (c *closure) keysOf(st *resolve.Standard, v *resolve.Version, designations []string) {
	for _, key := range resolve.Keys(st, v) {
		c.key(key)
	}
	for _, text := range designations {
		c.editions(text)
	}
}

// editions takes in every edition that somebody claims, adopts or otherwise
// relates to, of a designation and of what it adopts by its form.
func (c *closure) editions(text string) {
	id, err := designation.Parse(text)
	for ok := err == nil; ok; id, ok = id.Adopts() {
		c.editionsOf(id)
		if joint, ok := id.JointForm(); ok {
			c.editionsOf(joint)
		}
	}
}

func (c *closure) editionsOf(id designation.ID) {
	undated := id.Undated().Key()
	if c.keys[allOf+undated] {
		return
	}
	c.keys[allOf+undated] = true
	c.key(undated)
	// An edition's normal form begins with the undated one.
	edition := func(key string) (more bool) {
		if !strings.HasPrefix(key, undated) {
			return false
		}
		if id, err := designation.Parse(key); err == nil && id.Undated().Key() == undated {
			c.key(key)
		}
		return true
	}
	for d := range c.snap.Designations(undated) {
		if !edition(d.Key) {
			break
		}
	}
	for target := range c.snap.Targets(undated) {
		if !edition(target) {
			break
		}
	}
}

// allOf marks a key whose editions were taken in; no key begins so.
const allOf = "\x01"

// leading are the types of relations that are followed.
var leading = [...]standard.RelationType{standard.Replaces, standard.Adopts, standard.Amends, standard.Corrects}

func (c *closure) relations(list []standard.Relation) {
	for i := range list {
		if slices.Contains(leading[:], list[i].Type) {
			c.target(list[i].Target)
		}
	}
}

// target takes in what a relation or a step names.
func (c *closure) target(text string) {
	text = strings.TrimSpace(text)
	c.key(resolve.TargetKey(text))
	if ref, err := standard.ParseRef(text); err == nil {
		c.standard(ref.Name)
		if !ref.Prefixed { // somebody may hold it as a designation
			c.key(designation.Key(text))
			c.key(strings.ToLower(text))
		}
		return
	}
	c.editions(text)
}

// key takes in who claims a normal form, and what relates to it.
func (c *closure) key(key string) {
	if key == "" || c.keys[key] {
		return
	}
	c.keys[key] = true
	if d := c.snap.Designation(key); d != nil {
		c.claims[key] = d
		if ref, err := standard.ParseRef(key); err == nil {
			c.standard(ref.Name) // it is ambiguous where there is that standard, too
		}
		for i := range d.Claims {
			c.standard(d.Claims[i].Name)
		}
	}
	c.snap.Referrers(key, func(r resolve.Referrer) bool {
		if r.Step != nil && r.Step.Kind == standard.StepSupersede || slices.Contains(leading[:], r.Relation.Type) {
			c.standard(r.Name)
		}
		return true
	})
}

// sweep takes in what is claimed for standards of the closure beyond what they
// list: aliases, and what they once claimed. more says that this led on.
func (c *closure) sweep(ctx context.Context) (more bool, err error) {
	n := 0
	for d := range c.snap.Designations("") {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		if c.keys[d.Key] || !slices.ContainsFunc(d.Claims, func(x standard.Claim) bool { return c.standards[x.Name] != nil }) {
			continue
		}
		more = true
		c.key(d.Key)
		c.editions(d.Key)
	}
	return more, nil
}
