package pdftext

import (
	"context"
	"fmt"
	"time"

	"github.com/etalon-registry/etalon/service/document/pdftext/pdffile"
)

// The sentinel errors, wrapped with what, where and what to do.
var (
	// ErrBroken: the bytes are no PDF file, or one without a page that can be
	// found.
	ErrBroken = pdffile.ErrBroken
	// ErrEncrypted: the file opens with a password only.
	ErrEncrypted = pdffile.ErrEncrypted
	// ErrTooLarge: a limit was exceeded; the error names it.
	ErrTooLarge = pdffile.ErrTooLarge
)

// Limits bounds what reading one file may take. Zero values stand for the
// defaults.
type Limits struct {
	ExpandedBytes int64         // of all that is unpacked from it; default 256 MiB
	TextBytes     int64         // of the text; default 32 MiB
	Depth         int           // of nested values; default 1,000, at most 10,000
	Pages         int           // default 5,000
	Time          time.Duration // for all of it; default 10 s
}

func (l Limits) filled() Limits {
	if l.ExpandedBytes <= 0 {
		l.ExpandedBytes = 256 << 20
	}
	if l.TextBytes <= 0 {
		l.TextBytes = 32 << 20
	}
	if l.Depth <= 0 {
		l.Depth = 1000
	}
	if l.Pages <= 0 {
		l.Pages = 5000
	}
	if l.Time <= 0 {
		l.Time = 10 * time.Second
	}
	return l
}

// Result is the text of a file.
type Result struct {
	// Text as the package comment says, as UTF-8.
	Text string
	// Pages holds the offset in Text at which each page begins, in bytes, one
	// per page, ascending. A page without text begins where the next one does.
	Pages []int
	// Notes say, in plain sentences, what could not be read, by page.
	Notes []string
}

// Read gives the text of a PDF file. Its errors are ErrBroken, ErrEncrypted,
// ErrTooLarge, or that of ctx. What is damaged in part is read as far as that
// goes. It starts no goroutines and does not change data.
func Read(ctx context.Context, data []byte, limits Limits) (result Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = Result{}, fmt.Errorf("%w: reading it failed (%v); print it to a new PDF and try that", ErrBroken, p)
		}
	}()
	return readFile(ctx, data, limits)
}

func readFile(ctx context.Context, data []byte, limits Limits) (Result, error) {
	limits = limits.filled()
	b := pdffile.NewBudget(limits.ExpandedBytes, limits.Depth, limits.Time, ctx.Err)
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("reading the PDF was stopped: %w", err)
	}
	f, err := pdffile.Open(data, b)
	if err != nil {
		return Result{}, err
	}
	list := pages(f, b, limits.Pages)
	if len(list) == 0 && b.Err() == nil && f.Rebuild() {
		list = pages(f, b, limits.Pages)
	}
	if len(list) == 0 {
		list = strays(f, b, limits.Pages)
	}
	if b.Err() != nil {
		return Result{}, b.Err()
	}
	if len(list) == 0 {
		return Result{}, fmt.Errorf("%w: it has no pages; open it in a viewer and save it anew", ErrBroken)
	}
	if len(list) > limits.Pages {
		return Result{}, fmt.Errorf("%w: it has more than %d pages; split it, or raise the limit of pages", ErrTooLarge, limits.Pages)
	}
	r := reader{loader: loader{f, b}, fonts: fontCache{byObject: map[int]*font{}}, out: assembly{budget: b, limit: limits.TextBytes}}
	for i, p := range list {
		r.page(i+1, p)
		if b.Err() != nil {
			return Result{}, b.Err()
		}
	}
	result := r.out.result()
	if b.Err() != nil {
		return Result{}, b.Err()
	}
	return result, nil
}

// reader reads the pages of a file, one after the other.
type reader struct {
	loader
	fonts   fontCache
	out     assembly
	painted int
	decoded []byte
	joined  []byte
}

func (r *reader) page(number int, p page) {
	width, height, frame := p.frame(r.file)
	c := &content{
		loader: r.loader, fonts: &r.fonts, make: wordMaker{budget: r.budget},
		mute: map[string]bool{}, width: width, height: height,
		painted: &r.painted, active: map[int]bool{},
		resources: &resources{r.file.Dict(p.resources), map[string]*font{}},
		state:     state{ctm: frame, tm: identity, line: identity, scaled: 1},
	}
	c.run(r.contents(p.dict["Contents"]))
	c.state.ctm = frame
	c.marks = nil
	c.annotations(p)
	c.make.flush()
	if r.budget.Err() != nil {
		return
	}
	var body, margin []word
	for _, w := range c.make.words {
		if w.margin {
			margin = append(margin, w)
		} else {
			body = append(body, w)
		}
	}
	if len(body) == 0 {
		body, margin = margin, nil
	}
	r.out.add(pageText{
		height: height,
		body:   arrange(body, c.rules, c.upright, r.budget),
		margin: arrange(margin, nil, nil, r.budget),
	})
	if len(c.make.words) == 0 && c.images {
		r.out.note("page %d has no text (a scan?)", number)
	}
	if len(c.mute) > 0 {
		r.out.note("page %d has text in a font that does not say which characters it shows; they read as %q", number, unknown)
	}
}

// contents unpacks the content streams of a page, which count as one.
func (r *reader) contents(v any) []byte {
	switch content := r.file.Resolve(v).(type) {
	case *pdffile.Stream:
		r.decoded = r.file.Decode(r.decoded, content)
		return r.decoded
	case pdffile.Array:
		r.joined = r.joined[:0]
		for _, item := range content {
			if r.budget.Err() != nil {
				break
			}
			if s := r.file.Stream(item); s != nil {
				r.decoded = r.file.Decode(r.decoded, s)
				if len(r.joined)+len(r.decoded) > pdffile.MaxStream {
					r.budget.Fail(fmt.Errorf("%w: the content of one of its pages unpacks to more than %d bytes; split the page or print it anew",
						ErrTooLarge, pdffile.MaxStream))
					return nil
				}
				r.joined = append(append(r.joined, r.decoded...), '\n')
			}
		}
		return r.joined
	}
	return nil
}
