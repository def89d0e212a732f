package etcdstore

import (
	"context"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Outcomes live at least outcomeLife. Those of one hour share a lease, so the
// lease is granted for an hour more, and a commit seldom waits for a grant.
const (
	outcomeLife = 24 * time.Hour
	leaseShare  = time.Hour
)

// leases hands out the lease of the hour.
type leases struct {
	client  *clientv3.Client
	timeout time.Duration
	now     func() time.Time

	turn  chan struct{} // holds one token: the right to look and to grant
	id    clientv3.LeaseID
	until time.Time // the end of its share
}

func newLeases(c *clientv3.Client, timeout time.Duration, now func() time.Time) *leases {
	l := &leases{client: c, timeout: timeout, now: now, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// current is the lease for outcomes written now. Its error is etcd's own, and
// the exchange may be repeated.
func (l *leases) current(ctx context.Context) (clientv3.LeaseID, error) {
	select {
	case <-l.turn:
		defer func() { l.turn <- struct{}{} }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	now := l.now()
	if l.id != clientv3.NoLease && now.Before(l.until) {
		return l.id, nil
	}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	resp, err := l.client.Grant(ctx, int64((outcomeLife+leaseShare)/time.Second))
	if err != nil {
		return 0, err
	}
	l.id, l.until = resp.ID, now.Add(leaseShare)
	return l.id, nil
}

// forget drops a lease that etcd says is gone.
func (l *leases) forget(id clientv3.LeaseID) {
	<-l.turn
	if l.id == id {
		l.id = clientv3.NoLease
	}
	l.turn <- struct{}{}
}
