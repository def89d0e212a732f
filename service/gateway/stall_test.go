package gateway

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// Clients that hold an answer up, or their own request, are cut off.
func TestStallingClients(t *testing.T) {
	tests := []struct {
		name, request string
	}{
		{"does not read a large answer", "GET /v1/" + ocds + " HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"does not send the body of a request", "POST /v1/references:batchResolve HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, func(c *Config, _ *fake) { c.StallTimeout = 100 * time.Millisecond })
			s.addVersion(ocds).Notes = []*etalonv1.Text{{Value: strings.Repeat("a", 32<<20)}}
			done := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(done)
				s.handler.ServeHTTP(w, r)
			}))
			defer server.Close()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := fmt.Fprint(conn, tt.request); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(tt.request, "GET") {
				if _, err := bufio.NewReaderSize(conn, 16).Peek(1); err != nil {
					t.Fatal(err)
				}
			}
			select {
			case <-done:
			case <-time.After(10 * time.Second):
				conn.Close()
				t.Error("the client holds the server up")
			}
		})
	}
}
