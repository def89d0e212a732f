package pdftext

import (
	"sort"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// page is a page's dictionary with what it inherits.
type page struct {
	dict      pdffile.Dict
	resources any
	box       any // CropBox, else MediaBox
	media     any
	rotate    any
}

// pages lists the pages of a file in order. It does not trust the counts, and
// visits each node once.
func pages(f *pdffile.File, b *pdffile.Budget, most int) []page {
	type node struct {
		v      any
		parent page
		depth  int
	}
	const deep = 1000
	var list []page
	seen := map[int]bool{}
	stack := []node{{v: f.Catalog()["Pages"]}}
	for len(stack) > 0 && b.Step(1) && len(list) <= most {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if ref, ok := n.v.(pdffile.Ref); ok {
			if seen[ref.Num] {
				continue
			}
			seen[ref.Num] = true
		}
		d := f.Dict(n.v)
		if d == nil || n.depth > deep {
			continue
		}
		p := n.parent
		p.dict = d
		for _, inherited := range []struct {
			key pdffile.Name
			to  *any
		}{{"Resources", &p.resources}, {"CropBox", &p.box}, {"MediaBox", &p.media}, {"Rotate", &p.rotate}} {
			if v := d[inherited.key]; v != nil {
				*inherited.to = v
			}
		}
		kids, inner := f.Resolve(d["Kids"]).(pdffile.Array)
		if !inner {
			list = append(list, p)
			continue
		}
		for i := len(kids) - 1; i >= 0 && b.Step(1); i-- {
			stack = append(stack, node{kids[i], p, n.depth + 1})
		}
	}
	return list
}

// strays lists all objects that are pages, for a file whose tree of pages is
// broken.
func strays(f *pdffile.File, b *pdffile.Budget, most int) []page {
	var list []page
	for num := range f.Objects() {
		if b.Err() != nil || len(list) > most {
			break
		}
		if d, ok := f.Object(num).(pdffile.Dict); ok && f.Name(d["Type"]) == "Page" {
			list = append(list, page{d, d["Resources"], d["CropBox"], d["MediaBox"], d["Rotate"]})
		}
	}
	return list
}

// frame gives the page's size and the matrix that puts its visible part,
// upright, at 0, 0.
func (p page) frame(f *pdffile.File) (width, height float64, m matrix) {
	box := rectangle(f.Floats(p.media, 4))
	if crop := rectangle(f.Floats(p.box, 4)); crop != nil {
		if box == nil {
			box = crop
		} else if both := overlap(box, crop); both != nil {
			box = both
		}
	}
	if box == nil {
		box = []float64{0, 0, 612, 792}
	}
	width, height = box[2]-box[0], box[3]-box[1]
	m = matrix{1, 0, 0, 1, -box[0], -box[1]}
	switch ((f.Int(p.rotate)%360 + 360) % 360) / 90 {
	case 1:
		return height, width, m.times(matrix{0, -1, 1, 0, 0, width})
	case 2:
		return width, height, m.times(matrix{-1, 0, 0, -1, width, height})
	case 3:
		return height, width, m.times(matrix{0, 1, -1, 0, height, 0})
	}
	return width, height, m
}

// rectangle puts the corners in order. It is nil for none, or an empty one.
func rectangle(v []float64) []float64 {
	if v == nil {
		return nil
	}
	r := []float64{min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3])}
	if r[2]-r[0] < 1 || r[3]-r[1] < 1 {
		return nil
	}
	return r
}

func overlap(a, b []float64) []float64 {
	return rectangle2(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
}

func rectangle2(x0, y0, x1, y1 float64) []float64 {
	if x1-x0 < 1 || y1-y0 < 1 {
		return nil
	}
	return []float64{x0, y0, x1, y1}
}

// fontCache keeps the fonts of a file by object.
type fontCache struct {
	byObject map[int]*font
	weight   int
}

const maxFontWeight = 32 << 20

func (c *fontCache) get(l loader, v any) *font {
	ref, ok := v.(pdffile.Ref)
	if ok && c.byObject[ref.Num] != nil {
		return c.byObject[ref.Num]
	}
	d := l.file.Dict(v)
	if d == nil {
		return nil
	}
	f := l.load(d)
	if !ok {
		return f
	}
	if c.weight += f.weight; c.weight > maxFontWeight {
		clear(c.byObject)
		c.weight = f.weight
	}
	c.byObject[ref.Num] = f
	return f
}

// forms runs the appearances of annotations: the values of form fields, notes
// that are written on the page.
func (c *content) annotations(p page) {
	list := c.file.Array(p.dict["Annots"])
	for _, v := range list {
		if !c.budget.Step(1) {
			return
		}
		d := c.file.Dict(v)
		const hidden, noView = 1 << 1, 1 << 5
		if kind := c.file.Name(d["Subtype"]); kind == "Popup" || kind == "Link" || c.file.Int(d["F"])&(hidden|noView) != 0 {
			continue
		}
		normal := c.file.Dict(d["AP"])["N"]
		stream := c.file.Stream(normal)
		if stream == nil {
			stream = c.file.Stream(c.file.Dict(normal)[c.file.Name(d["AS"])])
		}
		rect, box := rectangle(c.file.Floats(d["Rect"], 4)), []float64(nil)
		if stream != nil {
			box = rectangle(c.file.Floats(stream.Dict["BBox"], 4))
		}
		if rect == nil || box == nil {
			continue
		}
		m := matrixOf(c.file.Floats(stream.Dict["Matrix"], 6))
		c.form(stream, 0, placement(m, box, rect))
	}
}

// placement is algorithm 8.1 of ISO 32000-1, 12.5.5: it moves a form's box,
// after its matrix, onto a rectangle.
func placement(m matrix, box, rect []float64) matrix {
	var xs, ys []float64
	for _, corner := range [][2]int{{0, 1}, {0, 3}, {2, 1}, {2, 3}} {
		x, y := m.apply(box[corner[0]], box[corner[1]])
		xs, ys = append(xs, x), append(ys, y)
	}
	sort.Float64s(xs)
	sort.Float64s(ys)
	wide, tall := xs[3]-xs[0], ys[3]-ys[0]
	if wide <= 0 || tall <= 0 {
		return matrix{1, 0, 0, 1, rect[0] - xs[0], rect[1] - ys[0]}
	}
	sx, sy := (rect[2]-rect[0])/wide, (rect[3]-rect[1])/tall
	return matrix{sx, 0, 0, sy, rect[0] - xs[0]*sx, rect[1] - ys[0]*sy}
}
