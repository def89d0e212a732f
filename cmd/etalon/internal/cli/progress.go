package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// bar is a progress bar on a terminal. A nil bar shows nothing.
type bar struct {
	w     io.Writer
	what  string
	total int64

	mu    sync.Mutex
	sent  int64
	drawn time.Time
	ended bool
}

// progress begins a bar if stderr is a terminal and there is enough to do.
func (a *app) progress(what string, total int64) *bar {
	f, ok := a.Err.(*os.File)
	if !ok || total < 1<<20 || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &bar{w: f, what: what, total: total}
}

// Write counts bytes that go by.
func (b *bar) Write(p []byte) (int, error) {
	b.add(int64(len(p)))
	return len(p), nil
}

func (b *bar) add(n int64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent += n
	if now := time.Now(); now.Sub(b.drawn) > 100*time.Millisecond {
		b.drawn = now
		b.draw()
	}
}

func (b *bar) draw() {
	const width = 30
	part := 1.0
	if b.total > 0 {
		part = min(1, float64(b.sent)/float64(b.total))
	}
	full := int(part * width)
	fmt.Fprintf(b.w, "\r%s [%s%s] %3.0f%% of %s", b.what, strings.Repeat("=", full), strings.Repeat(" ", width-full), part*100, size(b.total))
}

// done ends the bar and clears its line.
func (b *bar) done() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.ended = true
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
