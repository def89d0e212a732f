package gateway

import (
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkServe is what net/http and a handler cost together, without a
// network: answers from memory, and next to them a plain handler that writes
// the same bytes.
func BenchmarkServe(b *testing.B) {
	s := newSite(b, cached)
	s.addVersion(ocds, "a.json", "application/json", `{}`)
	first := s.get(b, "/v1/"+ocds)
	body, etag := read(b, first), first.Header.Get("Etag")
	plain := http.NewServeMux()
	plain.HandleFunc("GET /page/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", etag)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	})
	plain.HandleFunc("GET /same/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", etag)
		w.WriteHeader(http.StatusNotModified)
	})
	for _, m := range []struct {
		name    string
		handler http.Handler
		path    string
		etag    string
	}{
		{"warm", s.handler, "/v1/" + ocds, ""}, {"plain", plain, "/page/" + ocds, ""},
		{"not-modified", s.handler, "/v1/" + ocds, etag}, {"plain-not-modified", plain, "/same/" + ocds, etag},
	} {
		b.Run(m.name, func(b *testing.B) {
			request := "GET " + m.path + " HTTP/1.1\r\nHost: standards.example\r\n"
			if m.etag != "" {
				request += "If-None-Match: " + m.etag + "\r\n"
			}
			c := &script{request: []byte(request + "\r\n"), left: b.N, interrupt: make(chan struct{}, 1), done: make(chan struct{})}
			server := &http.Server{Handler: m.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
			b.ReportAllocs()
			b.ResetTimer()
			_ = server.Serve(&single{conn: c}) // ends when the listener does
			<-c.done
			if c.answers != b.N {
				b.Fatalf("%d answers, want %d", c.answers, b.N)
			}
		})
	}
}

// single is a listener of one connection.
type single struct {
	conn net.Conn
}

// Accept gives the connection, and then the end.
func (s *single) Accept() (net.Conn, error) {
	if c := s.conn; c != nil {
		s.conn = nil
		return c, nil
	}
	return nil, io.EOF
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return &net.TCPAddr{} }

// script is a connection that asks the same again and again.
type script struct {
	net.Conn
	request       []byte
	left, answers int
	interrupt     chan struct{} // ends the read ahead
	once          sync.Once
	done          chan struct{}
}

// Read asks anew. While it answers, net/http reads one byte ahead, until it
// ends that read by a deadline in the past; that read waits, as on a network.
func (s *script) Read(p []byte) (int, error) {
	if len(p) == 1 {
		<-s.interrupt
		return 0, os.ErrDeadlineExceeded
	}
	if s.left == 0 {
		return 0, io.EOF
	}
	s.left--
	return copy(p, s.request), nil
}

// Write counts answers, each of which is one write.
func (s *script) Write(p []byte) (int, error) { s.answers++; return len(p), nil }

func (s *script) Close() error                { s.once.Do(func() { close(s.done) }); return nil }
func (s *script) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (s *script) RemoteAddr() net.Addr        { return &net.TCPAddr{} }
func (s *script) SetDeadline(time.Time) error { return nil }

// SetReadDeadline ends the read ahead where t is long ago.
func (s *script) SetReadDeadline(t time.Time) error {
	if !t.IsZero() && t.Unix() < 1000 {
		s.interrupt <- struct{}{}
	}
	return nil
}
func (s *script) SetWriteDeadline(time.Time) error { return nil }
