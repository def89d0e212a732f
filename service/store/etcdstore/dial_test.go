package etcdstore_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// TestDialWithUser: a user with rights on the prefixes can do everything, and
// the wrong password is not taken for a store that is away.
func TestDialWithUser(t *testing.T) {
	t.Parallel()
	c := etcdtest.Cluster(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin := dial(t, c.Endpoints())
	for _, step := range []func() error{
		func() error { _, err := admin.RoleAdd(ctx, "registry"); return err },
		func() error {
			_, err := admin.RoleGrantPermission(ctx, "registry", "/etalon/", "/etalon0", 2) // read and write
			return err
		},
		func() error { _, err := admin.UserAdd(ctx, "etalon", "secret"); return err },
		func() error { _, err := admin.UserGrantRole(ctx, "etalon", "registry"); return err },
		func() error { _, err := admin.UserAdd(ctx, "root", "root"); return err },
		func() error { _, err := admin.UserGrantRole(ctx, "root", "root"); return err },
		func() error { _, err := admin.AuthEnable(ctx); return err },
	} {
		if err := step(); err != nil {
			t.Fatalf("prepare etcd: %v", err)
		}
	}
	client, err := etcdstore.Dial(ctx, etcdstore.DialConfig{Endpoints: c.Endpoints(), User: "etalon", Password: "secret"})
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	defer func() { _ = client.Close() }()
	s := open(t, client, etcdstore.Options{})
	if _, err := s.Commit(ctx, store.Head{}, faultEntry(store.Head{}, "as a user")); err != nil {
		t.Errorf("Commit: %v", err)
	}
	enough := errors.New("enough")
	if err := s.Follow(ctx, store.Head{}, func(store.Commit) error { return enough }, nil); !errors.Is(err, enough) {
		t.Errorf("Follow: %v", err)
	}
	if _, err := etcdstore.Open(ctx, client, etcdstore.Options{CataloguePrefix: "/other/"}); err == nil || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Open outside the rights: %v", err)
	}
	for _, c := range []etcdstore.DialConfig{
		{Endpoints: c.Endpoints(), User: "etalon", Password: "wrong"},
		{Endpoints: c.Endpoints()},
	} {
		client, err := etcdstore.Dial(ctx, c)
		if err == nil {
			_, err = etcdstore.Open(ctx, client, etcdstore.Options{})
			_ = client.Close()
		}
		if err == nil || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("user %q, password %q: %v", c.User, c.Password, err)
		}
	}
}

// TestDialNobody: a cluster that is away is unavailable, in time.
func TestDialNobody(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	for _, user := range []string{"", "etalon"} {
		client, err := etcdstore.Dial(ctx, etcdstore.DialConfig{Endpoints: []string{addr}, User: user, Password: "x"})
		if err == nil {
			_, err = etcdstore.Open(ctx, client, etcdstore.Options{Timeout: time.Second})
			_ = client.Close()
		}
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("user %q: got %v, want ErrUnavailable", user, err)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
