package client

import (
	"context"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// follow keeps the resolver's answers true until ctx is done. A refused feed
// (a registry restored to an earlier state, say) begins anew from nothing.
func (r *Resolver) follow(ctx context.Context) {
	defer close(r.done)
	wait := retry{}
	for ctx.Err() == nil {
		// Twice as often as needed to be heard, and never less than a second.
		beat := int32(max(1, min(300, r.opts.MaxSilence/(3*time.Second))))
		req := &etalonv1.WatchRequest{HeartbeatSeconds: beat}
		err := r.client.Watch(ctx, req, func(res *etalonv1.WatchResponse) error {
			r.hear(res)
			wait.reset()
			return nil
		})
		if err != nil {
			r.deaf()
			if wait.sleep(ctx) != nil {
				return
			}
		}
	}
}

// deaf drops everything: what happens from here on is not heard.
func (r *Resolver) deaf() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = false
	r.clear()
}

// hear takes a message of the feed: it drops the answers that the changes may
// touch.
func (r *Resolver) hear(res *etalonv1.WatchResponse) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.opts.Now()
	if r.live && !r.fresh(now) {
		// The feed goes on where it broke off, behind what was written meanwhile.
		r.live = false
		r.clear()
	}
	if !r.live {
		r.live, r.floor = true, res.GetRevision()
		if c := res.GetChanges(); len(c) > 0 {
			r.floor = c[0].GetRevision()
		}
	}
	r.heard = now
	for _, c := range res.GetChanges() {
		r.drop(c)
	}
}

// drop forgets the answers that a change may touch. r.mu is held.
func (r *Resolver) drop(c *etalonv1.Change) {
	if name, ok := changedStandard(c.GetName()); ok {
		r.changed[name] = c.GetRevision()
		for ref := range r.byName[name] {
			delete(r.kept, ref)
		}
		delete(r.byName, name)
	}
	if touchesLoose(c.GetType()) {
		r.any = c.GetRevision()
		for ref := range r.loose {
			delete(r.kept, ref)
		}
		clear(r.loose)
	}
}

// touchesLoose says whether a change may alter what a designation means or
// whether a reference has an answer at all.
func touchesLoose(t etalonv1.Change_Type) bool {
	switch t {
	case etalonv1.Change_TYPE_AUTHORITY_CREATED, etalonv1.Change_TYPE_AUTHORITY_UPDATED,
		etalonv1.Change_TYPE_BLOB_REDACTED, etalonv1.Change_TYPE_REGISTRY_CREATED:
		return false
	}
	return true
}

// changedStandard is the standard that a resource name belongs to.
func changedStandard(resource string) (standard.Name, bool) {
	if n, _, err := standard.ParseVersionResource(resource); err == nil {
		return n, true
	}
	n, err := standard.ParseStandardResource(resource)
	return n, err == nil
}
