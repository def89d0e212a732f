package systemtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
)

// startReplicas starts n servers over one etcd cluster.
func startReplicas(t testing.TB, m *etcdtest.Members, n int) []*server {
	t.Helper()
	var all []*server
	for range n {
		all = append(all, startServer(t, "--etcd-endpoints", strings.Join(m.Endpoints(), ",")))
	}
	return all
}

// insist repeats what fails because a server or member is away.
func insist(ctx context.Context, do func(context.Context) error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := do(ctx)
		switch status.Code(rootStatus(err)) {
		case codes.Unavailable, codes.DeadlineExceeded, codes.Aborted:
		default:
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; last: %w", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// rootStatus is the error in a chain that is a status; err itself otherwise.
func rootStatus(err error) error {
	var s interface{ GRPCStatus() *status.Status }
	if errors.As(err, &s) {
		return s.GRPCStatus().Err()
	}
	return err
}

// TestCluster publishes real releases into three etcd members by way of two
// replicas, loses a member and then a replica on the way, and finds
// everything on each replica.
func TestCluster(t *testing.T) {
	releases := corpusReleases(t)
	if !*soak {
		releases = releases[:30]
	}
	members := etcdtest.Cluster(t, 3)
	replicas := startReplicas(t, members, 2)
	createAuthorities(replicas[0], releases)
	for i, r := range releases {
		switch i {
		case len(releases) / 3:
			leader := members.Leader(within(t, 20*time.Second))
			members.Kill(leader)
			defer members.Restart(leader)
		case 2 * len(releases) / 3:
			replicas[1].kill()
		}
		s := replicas[i%2]
		if i >= 2*len(releases)/3 {
			s = replicas[0]
		}
		dir := r.folder(t)
		s.eventually(time.Minute, "published "+r.ref(), func() error {
			if out, errs, code := s.try("publish", dir); code != 0 {
				return errors.New(out + errs)
			}
			return nil
		})
	}
	replicas[1].start()
	replicas[1].waitReady()
	for _, s := range replicas {
		for _, r := range releases {
			checkBytes(t, s, r)
		}
	}
}

// TestNoQuorum: without a majority of etcd reads go on, writes fail in time
// and readiness tells; with it again everything works, untouched.
func TestNoQuorum(t *testing.T) {
	members := etcdtest.Cluster(t, 3)
	s := startReplicas(t, members, 1)[0]
	c := s.dial()
	name := standard.Name{Authority: "quorum", Standard: "made-up"}
	ctx := within(t, 2*time.Minute)
	if err := createAuthority(ctx, c, "quorum"); err != nil {
		t.Fatal(err)
	}
	if _, err := publishMade(ctx, c, name, "1.0", 1000); err != nil {
		t.Fatal(err)
	}
	members.Kill(0)
	members.Kill(1)
	s.eventually(30*time.Second, "unready", func() error {
		if getOK("http://"+s.http+"/readyz") == nil {
			return errors.New("/readyz still says ready")
		}
		return nil
	})
	if _, err := c.Resolve(ctx, "quorum/made-up@1.0"); err != nil {
		t.Errorf("a read without quorum: %v", err)
	}
	if age := s.figures()["etalon_replica_staleness_seconds"]; age <= 0 {
		t.Errorf("the figures say that the replica is stale for %v seconds", age)
	}
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	began := time.Now()
	_, err := c.Publishing.PublishVersion(short, &etalonv1.PublishVersionRequest{Parent: name.Resource(), VersionId: "2.0"})
	if code := status.Code(err); code != codes.Unavailable && code != codes.DeadlineExceeded {
		t.Errorf("a write without quorum: %v, want UNAVAILABLE", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a write without quorum took %s with a deadline of 5 s", took)
	}
	members.Restart(0)
	s.waitReady()
	if err := insist(ctx, func(ctx context.Context) error {
		_, err := publishMade(ctx, c, name, "3.0", 1000)
		return err
	}); err != nil {
		t.Errorf("a write with quorum again: %v", err)
	}
	checkReads(ctx, t, c, name, "1.0", "3.0")
	members.Restart(1)
}

func checkReads(ctx context.Context, t *testing.T, c *client.Client, name standard.Name, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := checkWhole(ctx, c, name, id); err != nil {
			t.Errorf("%s@%s: %v", name, id, err)
		}
	}
}
