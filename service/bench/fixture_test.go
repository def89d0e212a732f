package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/etalon-registry/etalon/service/designation"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// catalogue says how large a made-up catalogue is.
type catalogue struct{ Standards, Versions int }

var (
	large  = catalogue{Standards: 10_000, Versions: 10} // 100,000 versions
	wide   = catalogue{Standards: 100_000, Versions: 1} // for search
	little = catalogue{Standards: 1_000, Versions: 3}   // for smoke tests: a list of 1,000 is whole
	epoch  = time.Date(2024, 2, 29, 12, 30, 15, 0, time.UTC)
)

const authorities = 100

func (c catalogue) total() int { return c.Standards * c.Versions }

func (c catalogue) name(i int) standard.Name {
	return standard.Name{Authority: standard.AuthorityID(fmt.Sprintf("authority-%d", i%authorities)), Standard: fmt.Sprintf("standard-%d", i)}
}

func (c catalogue) version(v int) standard.VersionID {
	return standard.VersionID(fmt.Sprintf("%d.%d.0", 1+v/4, v%4))
}

// ref is the exact reference of the n-th version.
func (c catalogue) ref(n int) string {
	return c.name(n/c.Versions).String() + "@" + string(c.version(n%c.Versions))
}

var subjects = []string{"notices", "contracts", "invoices", "catalogues", "tenders", "awards", "budgets", "milestones", "deliveries", "parties", "payments", "projects", "permits", "sites", "assets", "sensors"}

func (c catalogue) records(yield func(store.Record)) {
	for i := range authorities {
		yield(&standard.Authority{
			ID:     standard.AuthorityID(fmt.Sprintf("authority-%d", i)),
			Titles: []standard.Text{{Language: "en", Value: fmt.Sprintf("Authority %d", i)}}, Created: epoch, Updated: epoch,
		})
	}
	for i := range c.Standards {
		a, b := subjects[i%len(subjects)], subjects[i/len(subjects)%len(subjects)]
		yield(&standard.Standard{
			Name: c.name(i), Scheme: standard.Semver, Kind: standard.Specification, Created: epoch, Updated: epoch,
			Titles:       []standard.Text{{Language: "en", Value: fmt.Sprintf("Data standard %d for the exchange of %s and %s", i, a, b)}},
			Descriptions: []standard.Text{{Language: "en", Value: fmt.Sprintf("Standard %d says how buyers and suppliers exchange %s, %s and invoices, and what each field means.", i, a, b)}},
			Licence:      "CC-BY-4.0", Sectors: []string{"procurement"}, Designations: []string{fmt.Sprintf("DS %d", i)}, Revision: 1,
		})
		for v := range c.Versions {
			c.versionRecords(i, v, yield)
		}
	}
}

// versionRecords are a version with its designation and a relation, and for
// the first one of a standard a step.
func (c catalogue) versionRecords(i, v int, yield func(store.Record)) {
	name, id, dated := c.name(i), c.version(v), fmt.Sprintf("DS %d:%d", i, 2010+v)
	target := c.name((i + v) % c.Standards)
	yield(&standard.Version{
		Name: name, ID: id, Label: fmt.Sprintf("Edition %d", v), Digest: standard.DigestOf([]byte(dated)), Recorded: epoch,
		Designations: []string{dated}, FileCount: 12, TotalBytes: 34567, Revision: 1,
		Relations: []standard.Relation{{Type: standard.NormativeReference, Target: target.String(), Effective: epoch, Recorded: epoch}},
	})
	yield(&standard.Designation{Key: designation.Key(dated), Claims: []standard.Claim{{
		Text: dated, Name: name, Version: id, Owner: true, Effective: epoch, Recorded: epoch,
	}}})
	if v == 0 {
		yield(&standard.Step{Name: name, Version: id, Number: 1, Kind: standard.StepDeprecate, Recorded: epoch, Effective: epoch, Actor: "actor", Revision: 1})
	}
}

// fixtures are made once in a run and removed at its end.
var (
	fixtureDirs made
	fixtureMu   sync.Mutex
	fixtures    = map[catalogue]string{}
)

type made struct {
	mu   sync.Mutex
	dirs []string
}

func (m *made) add(dir string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dirs = append(m.dirs, dir)
}

func (m *made) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dirs
}

// dir is a data directory with the catalogue. One process at a time may use
// it.
func (c catalogue) dir(tb testing.TB) string {
	tb.Helper()
	fixtureMu.Lock()
	defer fixtureMu.Unlock()
	if dir, ok := fixtures[c]; ok {
		return dir
	}
	dir, err := os.MkdirTemp("", "etalon-bench-")
	if err != nil {
		tb.Fatal(err)
	}
	fixtureDirs.add(dir)
	dir = filepath.Join(dir, "data")
	if err := c.build(context.Background(), dir); err != nil {
		tb.Fatal(err)
	}
	fixtures[c] = dir
	return dir
}

// build writes the records straight into the store, as many to a transaction
// as it takes. The log has one entry for each.
func (c catalogue) build(ctx context.Context, dir string) (err error) {
	node, err := etcdnode.Start(ctx, etcdnode.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer func() {
		if e := node.Close(); err == nil {
			err = e
		}
	}()
	return c.write(ctx, node.Client())
}

func (c catalogue) write(ctx context.Context, client *clientv3.Client) error {
	s, err := etcdstore.Open(ctx, client, etcdstore.Options{KeyVersion: designation.KeyVersion})
	if err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	var records []store.Record
	flush := func() {
		if err != nil || len(records) == 0 {
			return
		}
		e := &standard.Entry{Index: head.Index + 1, Time: epoch, Actor: "bench", Type: standard.ChangeVersionPublished, Detail: "fixture"}
		d := standard.DigestOf(fmt.Append(nil, e.Index))
		copy(e.Salt[:], d[:])
		head, err = s.Commit(ctx, head, store.Batch{Records: records, Entries: []*standard.Entry{e}})
		records = nil
	}
	c.records(func(r store.Record) {
		if records = append(records, r); len(records) == store.MaxBatchOps-2 {
			flush()
		}
	})
	flush()
	return err
}
