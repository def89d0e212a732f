package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/etalon-registry/etalon/service/config"
)

// lockedWriter lets several loggers share a writer without mixing lines.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes all of p at once.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func newLogger(out io.Writer, c *config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, o))
	}
	return slog.New(slog.NewTextHandler(out, o))
}

// accessWriter is where lines of the access log go: nowhere, where less than
// information is wanted.
func accessWriter(out io.Writer, c *config.Config) io.Writer {
	if c.LogLevel > slog.LevelInfo {
		return io.Discard
	}
	return out
}

// banner says what the server does and where.
func (s *Server) banner() {
	scheme, sure := "http", " (plain text)"
	if s.cfg.TLS.Cert != "" {
		scheme, sure = "https", " (TLS)"
	}
	keeps := "etcd " + strings.Join(s.cfg.Etcd.Endpoints, ", ")
	if s.cfg.Embedded() {
		keeps = "embedded, in " + s.cfg.DataDir
	}
	snap := s.replica.Snapshot()
	n := snap.Counts()
	var b strings.Builder
	fmt.Fprintf(&b, "etalond %s: a registry of agreed data standards\n", s.version)
	fmt.Fprintf(&b, "  gRPC       %s%s\n", s.GRPCAddr(), sure)
	fmt.Fprintf(&b, "  HTTP       %s://%s\n", scheme, s.HTTPAddr())
	fmt.Fprintf(&b, "  store      %s\n", keeps)
	fmt.Fprintf(&b, "  token      %s (guards writes and drafts)\n", s.token.from)
	fmt.Fprintf(&b, "  catalogue  %d standards of %d authorities in %d versions, at revision %d\n", n.Standards, n.Authorities, n.Versions, snap.Revision())
	_, _ = io.WriteString(s.out, b.String()) // who can't read it has the log
}

// quiet shows what the embedded etcd says as information only to who asks for
// debug, and so too its complaint about a new directory, which has no schema
// to detect yet.
type quiet struct{ slog.Handler }

// Handle passes a record on, lowered where it is no news.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level <= slog.LevelInfo || strings.HasSuffix(r.Message, "failed to update storage version") {
		r.Level = slog.LevelDebug
		if !q.Enabled(ctx, r.Level) {
			return nil
		}
	}
	return q.Handler.Handle(ctx, r)
}

// WithAttrs keeps the lowering.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps the lowering.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
