package citation

import "strings"

// traitNames are the stable names of the traits, from the lowest bit on.
var traitNames = [...]string{"wrapped", "elided", "glued", "unspaced", "lower-case", "range", "variant"}

// Names are the stable names of the traits in t, such as "wrapped".
func (t Trait) Names() []string {
	var out []string
	for i, name := range traitNames {
		if t&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// String joins the names by commas.
func (t Trait) String() string { return strings.Join(t.Names(), ",") }
