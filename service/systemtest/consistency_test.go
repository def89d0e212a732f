package systemtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
)

// What clients do to one standard, and what they see.
type (
	operation struct {
		name    standard.Name
		kind    string // "publish", "tag" or "read"
		version string // of publish and tag
	}
	outcome struct {
		unknown bool // the answer was lost
		refused bool // by the rules: there already, or nothing to tag
		tag     string
		count   int32
	}
	// state is a standard: how many of its versions 1 to 9 are published, and
	// what its tag names.
	state struct {
		published uint16
		tag       string
	}
)

// standardModel is the sequential behaviour of one standard.
var standardModel = porcupine.NondeterministicModel{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byName := map[standard.Name][]porcupine.Operation{}
		for _, op := range history {
			n := op.Input.(operation).name
			byName[n] = append(byName[n], op)
		}
		var parts [][]porcupine.Operation
		for _, part := range byName {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() []any { return []any{state{}} },
	Step: func(s, in, out any) []any { return step(s.(state), in.(operation), out.(outcome)) },
}

// step lists the states that may follow; none: it can't have happened here.
func step(s state, in operation, out outcome) []any {
	if in.kind == "read" {
		n := int32(0)
		for v := s.published; v != 0; v &= v - 1 {
			n++
		}
		if out.unknown || out.tag == s.tag && out.count == n {
			return []any{s}
		}
		return nil
	}
	bit := uint16(1) << (in.version[0] - '0')
	done, refused := s, false
	if in.kind == "publish" {
		done.published |= bit
		refused = s.published&bit != 0
	} else {
		done.tag = in.version
		refused = s.published&bit == 0
	}
	switch {
	case out.unknown && refused:
		return []any{s}
	case out.unknown:
		return []any{s, done} // it may or may not have gone in
	case out.refused != refused:
		return nil
	case refused:
		return []any{s}
	}
	return []any{done}
}

// TestLinearizable checks histories of concurrent writes and LINEARIZABLE
// reads on two replicas over three members, one of which is killed.
func TestLinearizable(t *testing.T) {
	members := etcdtest.Cluster(t, 3)
	replicas := startReplicas(t, members, 2)
	ctx := within(t, 3*time.Minute)
	if err := createAuthority(ctx, replicas[0].dial(), "history"); err != nil {
		t.Fatal(err)
	}
	h := &history{began: time.Now()}
	names := make([]standard.Name, 6)
	for i := range names {
		names[i] = standard.Name{Authority: "history", Standard: fmt.Sprintf("s%d", i)}
		if err := createStandard(ctx, replicas[0].dial(), names[i]); err != nil {
			t.Fatal(err)
		}
	}
	const clients, operations = 6, 60
	var wg sync.WaitGroup
	halfway := make(chan struct{})
	for id := range clients {
		c := replicas[id%2].dial()
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range operations {
				if id == 0 && n == operations/2 {
					close(halfway)
				}
				h.do(ctx, c, id, names[rand.IntN(len(names))])
			}
		}()
	}
	<-halfway
	members.Kill(members.Leader(within(t, 20*time.Second)))
	wg.Wait()
	result, _ := porcupine.CheckOperationsVerbose(standardModel.ToModel(), h.finished(), 2*time.Minute)
	if result != porcupine.Ok {
		t.Errorf("the history of %d operations is %s", len(h.ops), result)
	}
	known := 0
	for _, op := range h.ops {
		if !op.Output.(outcome).unknown {
			known++
		}
	}
	t.Logf("%d operations, %d with a known outcome", len(h.ops), known)
	if known < len(h.ops)/2 {
		t.Errorf("only %d of %d operations have a known outcome: the test proves little", known, len(h.ops))
	}
}

// createStandard makes a standard without versions.
func createStandard(ctx context.Context, c *client.Client, n standard.Name) error {
	_, err := c.Standards.CreateStandard(ctx, &etalonv1.CreateStandardRequest{
		Parent: standard.AuthorityName(n.Authority), StandardId: n.Standard,
		Standard: &etalonv1.Standard{
			Titles: []*etalonv1.Text{{Value: n.Standard}},
			Kind:   etalonv1.Kind_KIND_FORMAT, Scheme: etalonv1.VersionScheme_VERSION_SCHEME_NUMERIC,
		},
	})
	return err
}

// history collects operations with their times.
type history struct {
	began time.Time
	mu    sync.Mutex
	ops   []porcupine.Operation
}

// do performs one random operation and records it.
func (h *history) do(ctx context.Context, c *client.Client, id int, n standard.Name) {
	in := operation{name: n, kind: []string{"publish", "tag", "read", "read"}[rand.IntN(4)], version: fmt.Sprint(1 + rand.IntN(9))}
	// A lost answer must not hold the others up for long.
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	call := time.Since(h.began)
	out := perform(ctx, c, in, id)
	op := porcupine.Operation{ClientId: id, Input: in, Call: int64(call), Output: out, Return: int64(time.Since(h.began))}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, op)
}

// finished lets operations of unknown outcome end after everything else: they
// may take effect at any time. Each is then a client of its own.
func (h *history) finished() []porcupine.Operation {
	end := int64(time.Since(h.began))
	for i := range h.ops {
		if h.ops[i].Output.(outcome).unknown {
			h.ops[i].Return = end
			h.ops[i].ClientId = 1000 + i
		}
	}
	return h.ops
}

func perform(ctx context.Context, c *client.Client, in operation, id int) outcome {
	switch in.kind {
	case "publish":
		// The label differs from client to client, and the link with it: so
		// another client's version has another digest and is refused.
		res, err := c.Publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
			Parent: in.name.Resource(), VersionId: in.version,
			Version: &etalonv1.Version{Links: []*etalonv1.Link{{Url: fmt.Sprintf("https://example.org/%d/%d", id, rand.Uint64())}}},
		})
		return verdict(err, codes.AlreadyExists, res.GetAlreadyPublished())
	case "tag":
		_, err := c.Standards.SetTag(ctx, &etalonv1.SetTagRequest{Name: in.name.Resource(), Tag: "mine", Version: in.version})
		return verdict(err, codes.NotFound, false)
	}
	s, err := c.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{
		Name: in.name.Resource(), Consistency: etalonv1.Consistency_CONSISTENCY_LINEARIZABLE,
	})
	if err != nil {
		return outcome{unknown: true}
	}
	return outcome{tag: s.GetTags()["mine"], count: s.GetVersionCount()}
}

func verdict(err error, refusal codes.Code, already bool) outcome {
	switch code := status.Code(err); {
	case already, code == refusal:
		return outcome{refused: true}
	case err != nil:
		return outcome{unknown: true}
	}
	return outcome{}
}

// TestSessions checks default reads: what a client sees never goes back, and
// it sees its own writes, whichever replica it asks.
func TestSessions(t *testing.T) {
	members := etcdtest.Cluster(t, 3)
	replicas := startReplicas(t, members, 2)
	ctx := within(t, 2*time.Minute)
	name := standard.Name{Authority: "session", Standard: "made-up"}
	if err := createAuthority(ctx, replicas[0].dial(), string(name.Authority)); err != nil {
		t.Fatal(err)
	}
	if err := createStandard(ctx, replicas[0].dial(), name); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for id := range 4 {
		c := [2]*client.Client{replicas[0].dial(), replicas[1].dial()}
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := session(ctx, c, name, id); err != nil {
				t.Errorf("client %d: %v", id, err)
			}
		}()
	}
	wg.Wait()
}

// session writes and reads by turns on both replicas, and carries the newest
// revision from one connection to the other as a load balancer's client would.
func session(ctx context.Context, c [2]*client.Client, name standard.Name, id int) error {
	count := int32(0)
	for n := range 20 {
		version := fmt.Sprintf("%d.%d", id+1, n)
		if _, err := publishMade(ctx, c[n%2], name, version); err != nil {
			return err
		}
		other := c[(n+1)%2]
		rev := max(c[0].Revision(), c[1].Revision())
		if _, err := other.Versions.GetVersion(ctx, &etalonv1.GetVersionRequest{
			Name: standard.VersionResource(name, standard.VersionID(version)), MinRevision: rev,
		}); err != nil {
			return fmt.Errorf("own write %s: %w", version, err)
		}
		s, err := other.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: name.Resource(), MinRevision: rev})
		if err != nil {
			return err
		}
		if s.GetVersionCount() < count+1 {
			return fmt.Errorf("%d versions after %d and one more", s.GetVersionCount(), count)
		}
		count = s.GetVersionCount()
	}
	return nil
}
