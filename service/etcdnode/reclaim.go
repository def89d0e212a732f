package etcdnode

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// reclaimTimeout bounds the upkeep of a full store: it copies the database.
const reclaimTimeout = 15 * time.Minute

// Size is how many bytes the file of the database has, and how many of them
// hold something. The file is what the quota bounds.
func (n *Node) Size() (file, inUse int64) {
	b := n.etcd.Server.Backend()
	return b.Size(), b.SizeInUse()
}

// Quota is the most bytes that the file may have.
func (n *Node) Quota() int64 { return n.etcd.Server.Cfg.QuotaBackendBytes }

// reclaim makes a store writable again that had reached its quota. etcd
// remembers that for ever after, even where the quota is higher by now. So
// history is dropped, the file shrunk, and the alarm taken back. etcd raises
// it anew with the first write that still does not fit.
func (n *Node) reclaim(ctx context.Context) error {
	alarms, err := n.client.AlarmList(ctx)
	if err != nil {
		return fmt.Errorf("etcdnode: alarms: %w", err)
	}
	for _, a := range alarms.Alarms {
		if a.Alarm != etcdserverpb.AlarmType_NOSPACE {
			continue
		}
		before, _ := n.Size()
		if err := n.compact(ctx); err != nil {
			return err
		}
		if err := n.Defragment(ctx); err != nil {
			return err
		}
		if _, err := n.client.AlarmDisarm(ctx, (*clientv3.AlarmMember)(a)); err != nil {
			return fmt.Errorf("etcdnode: take back the alarm: %w", err)
		}
		after, _ := n.Size()
		n.log.WarnContext(ctx, "the store had reached its quota; history was dropped and the file shrunk",
			slog.Int64("bytes_before", before), slog.Int64("bytes", after), slog.Int64("quota_bytes", n.Quota()))
	}
	return nil
}

// compact drops all history up to now, and waits until it is gone.
func (n *Node) compact(ctx context.Context) error {
	// Any key will do: the answer's header has the revision.
	now, err := n.client.Get(ctx, "etalon", clientv3.WithCountOnly())
	if err != nil {
		return fmt.Errorf("etcdnode: compact: %w", err)
	}
	if _, err := n.client.Compact(ctx, now.Header.Revision, clientv3.WithCompactPhysical()); err != nil && !errors.Is(err, rpctypes.ErrCompacted) {
		return fmt.Errorf("etcdnode: compact: %w", err)
	}
	return nil
}
