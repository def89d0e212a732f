package rpc

import (
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
)

// AccessLog writes one line for each call, in batches and off the path of the
// call. Start is not needed; Close writes what is left. Its lines have the
// form of slog's text or JSON handlers.
type AccessLog struct {
	out     io.Writer
	json    bool
	dropped prometheus.Counter // may be nil

	mu     sync.Mutex
	lines  []accessLine
	wake   chan struct{}
	closed bool

	done  chan struct{}
	buf   []byte
	spare []accessLine
}

type accessLine struct {
	at     time.Time
	method string
	id     string
	actor  string
	took   time.Duration
	code   codes.Code
}

const (
	accessBatch = 512              // lines that wake the writer
	accessMost  = 1 << 16          // lines held; more are dropped and counted
	accessEvery = time.Second / 4  // how long a line waits at most
	accessTime  = time.RFC3339Nano // of both forms of slog, to the millisecond in text
)

// NewAccessLog starts a log onto out, which is "json" or "text".
func NewAccessLog(out io.Writer, format string, dropped prometheus.Counter) *AccessLog {
	l := &AccessLog{
		out: out, json: format == "json", dropped: dropped,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go l.run()
	return l
}

// add takes a line. It never waits for the writer.
func (l *AccessLog) add(line accessLine) {
	if l == nil {
		return
	}
	l.mu.Lock()
	if l.closed || len(l.lines) >= accessMost {
		l.mu.Unlock()
		if l.dropped != nil {
			l.dropped.Inc()
		}
		return
	}
	l.lines = append(l.lines, line)
	n := len(l.lines)
	l.mu.Unlock()
	if n == accessBatch {
		l.nudge()
	}
}

func (l *AccessLog) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Close writes what is left and ends the writer.
func (l *AccessLog) Close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	if !closed {
		close(l.wake)
	}
	<-l.done
}

func (l *AccessLog) run() {
	defer close(l.done)
	tick := time.NewTicker(accessEvery)
	defer tick.Stop()
	for {
		select {
		case _, more := <-l.wake:
			l.flush()
			if !more {
				return
			}
		case <-tick.C:
			l.flush()
		}
	}
}

func (l *AccessLog) flush() {
	l.mu.Lock()
	lines := l.lines
	l.lines = l.spare[:0]
	l.mu.Unlock()
	l.buf = l.buf[:0]
	for i := range lines {
		l.buf = lines[i].append(l.buf, l.json)
	}
	if len(l.buf) > 0 {
		_, _ = l.out.Write(l.buf) // a log that can't be written has nowhere to say so
	}
	clear(lines)
	l.spare = lines
}

func (a *accessLine) append(b []byte, asJSON bool) []byte {
	level := "INFO"
	switch a.code {
	case codes.Internal, codes.Unknown, codes.DataLoss:
		level = "ERROR"
	case codes.Unavailable, codes.ResourceExhausted, codes.DeadlineExceeded:
		level = "WARN"
	}
	ms := float64(a.took.Microseconds()) / 1000
	if asJSON {
		b = a.at.AppendFormat(append(b, `{"time":"`...), accessTime)
		b = append(append(b, `","level":"`...), level...)
		b = append(append(b, `","msg":"call","method":"`...), a.method...)
		b = append(append(b, `","code":"`...), a.code.String()...)
		b = strconv.AppendFloat(append(b, `","ms":`...), ms, 'f', 3, 64)
		b = appendJSON(append(b, `,"request_id":`...), a.id)
		if a.actor != "" {
			b = appendJSON(append(b, `,"actor":`...), a.actor)
		}
		return append(b, "}\n"...)
	}
	b = a.at.AppendFormat(append(b, "time="...), "2006-01-02T15:04:05.000Z07:00")
	b = append(append(b, " level="...), level...)
	b = append(append(b, " msg=call method="...), a.method...)
	b = append(append(b, " code="...), a.code.String()...)
	b = strconv.AppendFloat(append(b, " ms="...), ms, 'f', 3, 64)
	b = append(append(b, " request_id="...), a.id...)
	if a.actor != "" {
		b = append(append(b, " actor="...), a.actor...)
	}
	return append(b, '\n')
}

func appendJSON(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return append(b, `""`...)
	}
	return append(b, q...)
}
