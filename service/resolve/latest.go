package resolve

import "time"

// Latest is the version that "latest" names at a moment, as everything on
// record has it; nil where there is none. s is of the view.
func Latest(v View, s *Standard, at time.Time) *Version {
	r := run{view: v, c: &Compiled{}, at: at}
	p := r.highest(s, nil)
	return p.found
}
