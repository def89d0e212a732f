package bench_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
)

// h2load sends one body for ever, and the Go client of gRPC burns as much CPU
// as a server. This is a load generator in between: it speaks bare HTTP/2
// frames, encodes its headers as any client does, and takes the next body from
// a function. Answers are counted, not decoded.

// framed is a message as gRPC puts it on the wire.
func framed(m proto.Message) []byte {
	b, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	return framedBytes(b)
}

func framedBytes(b []byte) []byte {
	out := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(b)))
	return append(out, b...)
}

// wire is one connection. It belongs to one goroutine.
type wire struct {
	conn    net.Conn
	out     *bufio.Writer
	in      *bufio.Reader
	f       *http2.Framer
	headers []byte // of every request, once the server has them in its table
	next    uint32 // stream id
	window  int    // what the server takes on the connection
	taken   uint32 // bytes received that it was not told of
}

const (
	hugeWindow = 1 << 30
	maxFrame   = 16 << 10 // of HTTP/2, where the server says nothing else
)

func dialWire(addr string) (*wire, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	w := &wire{conn: conn, out: bufio.NewWriterSize(conn, 64<<10), in: bufio.NewReaderSize(conn, 64<<10), next: 1, window: 65535}
	w.f = http2.NewFramer(w.out, w.in)
	w.f.SetReuseFrames()
	w.f.SetMaxReadFrameSize(1 << 24)
	if _, err := w.out.WriteString(http2.ClientPreface); err != nil {
		return nil, err
	}
	return w, errors.Join(
		w.f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: hugeWindow}),
		w.f.WriteWindowUpdate(0, hugeWindow),
		w.out.Flush())
}

func (w *wire) close() { _ = w.conn.Close() }

// request writes a call. The first fills the server's header table; from then
// on the headers are the same few bytes.
func (w *wire) request(path string, body []byte, end bool) (uint32, error) {
	block := w.headers
	if block == nil {
		var buf bytes.Buffer
		enc := hpack.NewEncoder(&buf)
		write := func() []byte {
			buf.Reset()
			for _, h := range [][2]string{
				{":method", "POST"}, {":scheme", "http"}, {":path", path}, {":authority", "bench"},
				{"content-type", "application/grpc"}, {"user-agent", "bench/1"}, {"te", "trailers"},
			} {
				_ = enc.WriteField(hpack.HeaderField{Name: h[0], Value: h[1]}) // into memory
			}
			return bytes.Clone(buf.Bytes())
		}
		block = write()
		w.headers = write()
	}
	id := w.next
	w.next += 2
	w.window -= len(body)
	err := w.f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndHeaders: true})
	for err == nil && len(body) > maxFrame {
		err = w.f.WriteData(id, false, body[:maxFrame])
		body = body[maxFrame:]
	}
	if err == nil {
		err = w.f.WriteData(id, end, body)
	}
	return id, err
}

// read takes one frame and deals with what is not an answer. data is the
// length of a DATA frame, done the end of a stream.
func (w *wire) read() (stream uint32, data int, done bool, err error) {
	if w.in.Buffered() == 0 {
		if err := w.out.Flush(); err != nil {
			return 0, 0, false, err
		}
	}
	frame, err := w.f.ReadFrame()
	if err != nil {
		return 0, 0, false, err
	}
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			err = w.f.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			err = w.f.WritePing(true, f.Data)
		}
	case *http2.WindowUpdateFrame:
		if f.StreamID == 0 {
			w.window += int(f.Increment)
		}
	case *http2.GoAwayFrame:
		return 0, 0, false, fmt.Errorf("the server goes away: %v", f.ErrCode)
	case *http2.RSTStreamFrame:
		return 0, 0, false, fmt.Errorf("the server reset a stream: %v", f.ErrCode)
	case *http2.DataFrame:
		w.taken += f.Length
		if w.taken > hugeWindow/4 {
			err = w.f.WriteWindowUpdate(0, w.taken)
			w.taken = 0
		}
		return f.StreamID, int(f.Length), f.StreamEnded(), err
	case *http2.HeadersFrame:
		return f.StreamID, 0, f.StreamEnded(), nil
	}
	return 0, 0, false, err
}

// load says what to send and how.
type load struct {
	addr, path     string
	conns, streams int           // connections, and calls at a time on each
	duration       time.Duration // of a turn
	calls          int           // or: how many calls in a turn, over all
	body           func(conn, i int) []byte
}

// run sends calls until the time is up, or as many as it was told, and returns
// how many were answered and how long it took. An answer without a message is
// an error.
func (l load) run() (calls int, took time.Duration, err error) {
	var g errgroup.Group
	counts := make([]int, l.conns)
	started := time.Now()
	for c := range l.conns {
		g.Go(func() (err error) {
			counts[c], err = l.drive(c, started)
			return err
		})
	}
	err = g.Wait()
	took = time.Since(started)
	for _, n := range counts {
		calls += n
	}
	return calls, took, err
}

func (l load) drive(conn int, started time.Time) (int, error) {
	w, err := dialWire(l.addr)
	if err != nil {
		return 0, err
	}
	defer w.close()
	sent, answered, open := 0, 0, 0
	more := func() bool {
		if l.calls > 0 {
			return sent < l.calls/l.conns
		}
		return sent&15 != 0 || time.Since(started) < l.duration
	}
	seen := make(map[uint32]bool, l.streams)
	for {
		for open < l.streams && more() {
			body := l.body(conn, sent)
			if w.window < len(body) {
				break
			}
			if _, err := w.request(l.path, body, true); err != nil {
				return answered, err
			}
			sent++
			open++
		}
		if open == 0 && !more() {
			return answered, nil
		}
		id, data, done, err := w.read()
		if err != nil {
			return answered, err
		}
		if data > 0 {
			seen[id] = true
		}
		if done {
			if !seen[id] {
				return answered, errors.New("a call failed: its answer has no message")
			}
			delete(seen, id)
			open--
			answered++
		}
	}
}
