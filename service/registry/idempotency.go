package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

const maxRequestID = 128

// check says what is wrong with the caller's own fields.
func (c Caller) check() error {
	if c.RequestID == "" {
		return nil
	}
	var v violations
	v.limit("request_id", "request_id_bytes", int64(len(c.RequestID)), maxRequestID)
	for i := range len(c.RequestID) {
		if b := c.RequestID[i]; b <= ' ' || b > '~' || b == '/' {
			v.add("request_id", "has a character other than visible ASCII without \"/\"; a UUID will do")
			break
		}
	}
	return v.err()
}

// earlier finds the outcome of a request that was done before; nil: it was
// not, as far as the store knows now.
func (r *Registry) earlier(ctx context.Context, id string) (*standard.Outcome, error) {
	if out := r.outcomes.get(id); out != nil {
		return out, nil
	}
	out, err := r.store.Outcome(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("outcome of request %q: %w", id, unavailable(err))
	}
	r.outcomes.put(out)
	return out, nil
}

// replayed is the verdict on a request that was done before: the same again,
// or a refusal where the id was used for something else.
func (r *Registry) replayed(c Caller, out *standard.Outcome) verdict {
	if out.Method != c.Method || out.Hash != c.Hash {
		var v violations
		v.add("request_id", "%q was used for another request (%s on %s); use a new one", c.RequestID, out.Method, out.Subject)
		return verdict{err: v.err()}
	}
	return verdict{receipt: Receipt{Revision: out.Revision, Already: out.Already}, replay: out}
}

// outcomeCache keeps the outcomes of the latest requests on this replica, so
// that most repeats are answered without the store. Safe for concurrent use.
type outcomeCache struct {
	mu   sync.Mutex
	byID map[string]*standard.Outcome
	ring []string // ids in the order of arrival
	next int
}

const keptOutcomes = 10_000

func newOutcomeCache() *outcomeCache {
	return &outcomeCache{byID: make(map[string]*standard.Outcome)}
}

func (c *outcomeCache) get(id string) *standard.Outcome {
	if id == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byID[id]
}

func (c *outcomeCache) put(out *standard.Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.byID[out.RequestID]; there {
		return
	}
	c.byID[out.RequestID] = out
	if len(c.ring) < keptOutcomes {
		c.ring = append(c.ring, out.RequestID)
		return
	}
	delete(c.byID, c.ring[c.next])
	c.ring[c.next] = out.RequestID
	c.next = (c.next + 1) % keptOutcomes
}
