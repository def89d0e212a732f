package client

import (
	"context"
	"fmt"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/standard"
)

// follow keeps the resolver's answers true until ctx is done. A refused feed
// (another registry at that address, or one restored to an earlier state)
// begins anew from nothing.
func (r *Resolver) follow(ctx context.Context) {
	defer close(r.done)
	wait := retry{}
	for ctx.Err() == nil {
		_ = r.hearAll(ctx, &wait) // whatever it was: begin anew
		r.deaf()
		if wait.sleep(ctx) != nil {
			return
		}
	}
}

// hearAll follows the feed of the registry that is there now, for as long as
// it is that one.
func (r *Resolver) hearAll(ctx context.Context, wait *retry) error {
	reg, err := r.client.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	if err != nil {
		return err
	}
	// Twice as often as needed to be heard, and never less than a second.
	beat := int32(max(1, min(300, r.opts.MaxSilence/(3*time.Second))))
	req := &etalonv1.WatchRequest{HeartbeatSeconds: beat, RegistryId: reg.GetId()}
	return r.client.Watch(ctx, req, func(res *etalonv1.WatchResponse) error {
		if err := r.hear(ctx, res); err != nil {
			return err
		}
		wait.reset()
		return nil
	})
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
func (r *Resolver) hear(ctx context.Context, res *etalonv1.WatchResponse) error {
	var texts []string
	for _, c := range res.GetChanges() {
		more, err := r.claims(ctx, c)
		if err != nil {
			return err
		}
		texts = append(texts, more...)
	}
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
		r.epoch++
	}
	r.heard, r.heardTo = now, res.GetRevision()
	for _, c := range res.GetChanges() {
		r.drop(c)
	}
	for _, text := range texts {
		for ref := range r.byKey[designation.Key(text)] {
			r.forget(ref)
		}
	}
	return nil
}

// claims are the designations that a change may have brought: a reference that
// somebody registers as a designation too has become ambiguous. The feed does
// not tell what a record claims, so that is read, if anything is kept that it
// could touch.
func (r *Resolver) claims(ctx context.Context, c *etalonv1.Change) ([]string, error) {
	switch c.GetType() {
	case etalonv1.Change_TYPE_DESIGNATION_ADDED:
		r.noteClaim(c)
		return []string{c.GetDetail()}, nil
	case etalonv1.Change_TYPE_STANDARD_CREATED, etalonv1.Change_TYPE_STANDARD_UPDATED,
		etalonv1.Change_TYPE_VERSION_PUBLISHED:
	default:
		return nil, nil
	}
	if !r.noteClaim(c) {
		return nil, nil
	}
	if _, _, err := standard.ParseVersionResource(c.GetName()); err == nil {
		v, err := r.client.Versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: c.GetName(), MinRevision: c.GetRevision()})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", c.GetName(), err)
		}
		return v.GetDesignations(), nil
	}
	s, err := r.client.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: c.GetName(), MinRevision: c.GetRevision()})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.GetName(), err)
	}
	return s.GetDesignations(), nil
}

// noteClaim keeps answers out that were read before a designation was claimed
// and are still on their way. It says whether one is kept that the claim could
// touch.
func (r *Resolver) noteClaim(c *etalonv1.Change) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claimed = c.GetRevision()
	return len(r.byKey) > 0
}

// drop forgets the answers that a change may touch. r.mu is held.
func (r *Resolver) drop(c *etalonv1.Change) {
	if name, ok := changedStandard(c.GetName()); ok {
		r.changed[name] = c.GetRevision()
		for ref := range r.byName[name] {
			r.forget(ref)
		}
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
	return t != etalonv1.Change_TYPE_BLOB_REDACTED && t != etalonv1.Change_TYPE_REGISTRY_CREATED
}

// changedStandard is the standard that a resource name belongs to.
func changedStandard(resource string) (standard.Name, bool) {
	if n, _, err := standard.ParseVersionResource(resource); err == nil {
		return n, true
	}
	n, err := standard.ParseStandardResource(resource)
	return n, err == nil
}
