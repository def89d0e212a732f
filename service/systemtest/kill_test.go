package systemtest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/standard"
)

var soak = flag.Bool("soak", false, "run the long forms of the tests")

// TestKillNine kills the server at arbitrary moments of publications. What
// was acknowledged is there afterwards, whole; what was not is there whole or
// not at all.
func TestKillNine(t *testing.T) {
	rounds := 20
	if *soak {
		rounds = 1000
	}
	s := startServer(t, "--data-dir", t.TempDir())
	name := standard.Name{Authority: "kill", Standard: "made-up"}
	if err := createAuthority(within(t, time.Minute), s.dial(), "kill"); err != nil {
		t.Fatal(err)
	}
	// A failed publication is of no account here, only what was acknowledged.
	acknowledged, tried := map[string]string{}, map[string]bool{}
	for round := range rounds {
		after, moment := rand.IntN(6), rand.N(40*time.Millisecond)
		for id, digest := range publishUntilKilled(s, name, round, after, moment, tried) {
			acknowledged[id] = digest
		}
		s.start()
		s.waitReady()
		checkSurvivors(t, s, name, acknowledged, tried)
		if t.Failed() {
			t.Fatalf("in round %d, killed %s after %d publications", round, moment, after)
		}
	}
	t.Logf("%d rounds: %d publications tried, %d acknowledged", rounds, len(tried), len(acknowledged))
	if len(acknowledged) == 0 {
		t.Error("nothing was ever acknowledged: the test proves nothing")
	}
}

// publishUntilKilled publishes from several clients, kills the server a moment
// after some publications were acknowledged, and returns all that were.
func publishUntilKilled(s *server, name standard.Name, round, after int, moment time.Duration, tried map[string]bool) map[string]string {
	const writers = 4
	acknowledged := map[string]string{}
	acks := make(chan struct{}, 1000)
	var mu sync.Mutex
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	for w := range writers {
		c := s.dial()
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; ctx.Err() == nil; n++ {
				id := fmt.Sprintf("%d.%d.%d", round, w, n)
				mu.Lock()
				tried[id] = true
				mu.Unlock()
				digest, err := publishMade(ctx, c, name, id, 100, 700_000)
				if err != nil {
					return // the server is gone
				}
				mu.Lock()
				acknowledged[id] = digest
				mu.Unlock()
				acks <- struct{}{}
			}
		}()
	}
	for range after {
		select {
		case <-acks:
		case <-time.After(30 * time.Second):
			s.t.Fatal("no publication was acknowledged within 30 s")
		}
	}
	timer := time.NewTimer(moment)
	<-timer.C // the moment is what varies from round to round
	s.kill()
	cancel()
	wg.Wait()
	return acknowledged
}

func checkSurvivors(t *testing.T, s *server, name standard.Name, acknowledged map[string]string, tried map[string]bool) {
	t.Helper()
	c := s.dial()
	ctx := within(t, time.Minute)
	for id := range tried {
		err := checkWhole(ctx, c, name, id)
		if _, must := acknowledged[id]; must && err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		} else if !must && err != nil && !absent(err) {
			t.Errorf("%s was not acknowledged and is not whole: %v", id, err)
		}
	}
}
