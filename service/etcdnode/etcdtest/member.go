package etcdtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"testing"

	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"
)

const (
	memberVariable = "ETALON_ETCDTEST_MEMBER"
	readyLine      = "ready\n"
	// Slow enough for three members and their client on a busy machine.
	tickMillis     = 100
	electionMillis = 1000
)

// member is what a member process is told, as JSON in its environment.
type member struct {
	Name, Dir, Client, Peer, Cluster string
	Durable                          bool
}

// Main runs the tests, or, in a process that Cluster started, a member. It
// returns the exit code.
func Main(m *testing.M) int {
	conf := os.Getenv(memberVariable)
	if conf == "" {
		return m.Run()
	}
	if err := runMember(conf); err != nil {
		fmt.Fprintln(os.Stderr, "etcdtest: member:", err)
		return 1
	}
	return 0
}

// runMember serves until it is killed, or its parent is gone.
func runMember(conf string) error {
	var m member
	if err := json.Unmarshal([]byte(conf), &m); err != nil {
		return err
	}
	cfg := embed.NewConfig()
	cfg.Name, cfg.Dir, cfg.InitialCluster = m.Name, m.Dir, m.Cluster
	cfg.TickMs, cfg.ElectionMs = tickMillis, electionMillis
	cfg.UnsafeNoFsync = !m.Durable
	cfg.BcryptCost = 4 // the least: a member is busy enough
	cfg.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zap.NewNop())
	client, err := url.Parse(m.Client)
	if err != nil {
		return err
	}
	peer, err := url.Parse(m.Peer)
	if err != nil {
		return err
	}
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{*client}, []url.URL{*client}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{*peer}, []url.URL{*peer}
	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
	}()
	select {
	case <-e.Server.ReadyNotify():
		fmt.Print(readyLine)
	case err := <-e.Err():
		return err
	case <-gone:
		return errors.New("the parent is gone")
	}
	select {
	case err := <-e.Err():
		return err
	case <-gone:
		return nil
	}
}
