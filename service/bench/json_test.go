package bench_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// BenchmarkJSON: an exact version as JSON: again, not modified, and for the
// first time at a revision; against a plain handler that writes the same
// bytes, or 304. The load is wrk's.
func BenchmarkJSON(b *testing.B) {
	for _, m := range []struct {
		name, aim string
		ask       asking
	}{
		{"warm", "at least 0.9", warm}, {"not modified", "at least 0.85", notModified}, {"first", "at least 0.5", firstTime},
	} {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				r := newJSONRig(b, large)
				s, base := r.compare(m.ask, *rounds, time.Second)
				results.report(b, "throughput", ratio(s, base, "rate"), "throughput-ratio", m.aim)
				results.report(b, "server CPU a call", ratio(s, base, "cpu"), "cpu-ratio", "")
				results.report(b, "server CPU of an answer, us", each(s, "cpu"), "us-cpu/answer", "")
			}
		})
	}
}

// asking is how an answer is asked for.
type asking int

const (
	warm asking = iota
	notModified
	firstTime
)

type jsonRig struct {
	tb            testing.TB
	c             catalogue
	subject, base *child
	client        *client.Client
	script        string
	n             int
}

// hot is how many versions are asked for again and again.
const hot = 500

func newJSONRig(tb testing.TB, c catalogue) *jsonRig {
	tb.Helper()
	if _, err := exec.LookPath("wrk"); err != nil {
		tb.Skip("wrk is not installed (Debian: apt-get install wrk)")
	}
	r := &jsonRig{tb: tb, c: c, subject: etalond(tb, c)}
	r.client = dialClient(tb, r.subject.GRPC)
	body, _ := r.get(r.path(0))
	r.base = spawn(tb, role{Kind: "bare", Messages: map[string]string{"page": fileOf(tb, body)}}, serverCore)
	r.script = filepath.Join(tb.TempDir(), "ask.lua")
	if err := os.WriteFile(r.script, []byte(askLua), 0o600); err != nil {
		tb.Fatal(err)
	}
	return r
}

// askLua has wrk send the requests of a file one after the other: each line a
// path, and after a tab an ETag where there is one. Its arguments are the
// file, what to put in front of the path, and the line to start at.
const askLua = `
local requests, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local path, etag = line:match("^([^\t]*)\t?(.*)$")
    local headers = {}
    if etag ~= "" then headers["If-None-Match"] = etag end
    requests[#requests + 1] = wrk.format("GET", args[2] .. path, headers)
  end
  at = tonumber(args[3])
end
function request()
  at = at + 1
  return requests[at % #requests + 1]
end
`

func (r *jsonRig) path(n int) string {
	return "/v1/" + standard.VersionResource(r.c.name(n/r.c.Versions), r.c.version(n%r.c.Versions))
}

// get asks as wrk does, without compression.
func (r *jsonRig) get(path string) (body []byte, etag string) {
	r.tb.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://"+r.subject.HTTP+path, nil)
	if err != nil {
		r.tb.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		r.tb.Fatalf("%s: %s, %v\n%s", path, res.Status, err, body)
	}
	return body, res.Header.Get("ETag")
}

// requests writes the file for wrk. It has asked for what is to be warm.
func (r *jsonRig) requests(ask asking) string {
	r.tb.Helper()
	var lines strings.Builder
	count := min(hot, r.c.total())
	if ask == firstTime {
		count = r.c.total()
	}
	for i := range count {
		line := r.path(i * 7919 % r.c.total())
		if ask != firstTime {
			_, etag := r.get(line)
			if ask == notModified {
				line += "\t" + etag
			}
		}
		lines.WriteString(line + "\n")
	}
	return fileOf(r.tb, []byte(lines.String()))
}

func (r *jsonRig) compare(ask asking, n int, d time.Duration) (s, base []sample) {
	r.tb.Helper()
	file := r.requests(ask)
	prefix := "/page"
	if ask == notModified {
		prefix = "/same"
	}
	defer r.subject.profiled([]string{"json-warm", "json-304", "json-first"}[ask])()
	return paired(r.tb, n, func() sample {
		if ask == firstTime {
			r.forget()
		}
		return r.wrk(r.subject, file, "", d)
	}, func() sample { return r.wrk(r.base, file, prefix, d) })
}

// forget makes a change. No answer of before it counts any more.
func (r *jsonRig) forget() {
	r.tb.Helper()
	r.n++
	_, err := r.client.Standards.SetTag(r.tb.Context(), &etalonv1.SetTagRequest{
		Name: r.c.name(0).Resource(), Tag: fmt.Sprintf("t%d", r.n%3), Version: string(r.c.version(r.n % r.c.Versions)),
	})
	if err != nil {
		r.tb.Fatal(err)
	}
}

var (
	wrkRequests = regexp.MustCompile(`(?m)^\s*(\d+) requests in `)
	wrkRate     = regexp.MustCompile(`(?m)^Requests/sec:\s*([\d.]+)`)
	wrkTrouble  = regexp.MustCompile(`(?m)^\s*(Non-2xx or 3xx responses|Socket errors).*$`)
)

func (r *jsonRig) wrk(c *child, file, prefix string, d time.Duration) sample {
	r.tb.Helper()
	args := []string{"wrk", "-t1", "-c16", "-d" + strconv.Itoa(int(d.Seconds())) + "s", "-s", r.script, "http://" + c.HTTP, "--", file, prefix, strconv.Itoa(r.n * 31_337)}
	if taskset, err := exec.LookPath("taskset"); err == nil && runtime.NumCPU() > 1 {
		args = append([]string{taskset, "-c", strconv.Itoa(loadCore)}, args...)
	}
	before, started := c.cpu(), time.Now()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	used := c.cpu() - before - c.idle*time.Since(started).Seconds()
	if trouble := wrkTrouble.Find(out); err != nil || trouble != nil {
		r.tb.Fatalf("wrk: %v %s\n%s", err, trouble, out)
	}
	calls, rate := r.number(wrkRequests, out), r.number(wrkRate, out)
	return sample{"rate": rate, "cpu": used * 1e6 / calls}
}

func (r *jsonRig) number(pattern *regexp.Regexp, out []byte) float64 {
	r.tb.Helper()
	m := pattern.FindSubmatch(out)
	if m == nil {
		r.tb.Fatalf("wrk said nothing of %v:\n%s", pattern, out)
	}
	x, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || x == 0 {
		r.tb.Fatalf("wrk said %q, %v", m[0], err)
	}
	return x
}
