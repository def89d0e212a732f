package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/etcdnode"
	"github.com/etalon-registry/etalon/service/etcdnode/etcdtest"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// BenchmarkPublish: durable publications whose files are stored already,
// against raw transactions of the same keys behind the same gRPC.
func BenchmarkPublish(b *testing.B) {
	for _, members := range []int{1, 3} {
		name, factor := "embedded", "at least 6"
		if members > 1 {
			name, factor = "three members", "at least 9"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := newPublishRig(b, members, false)
				s, base := r.compareOne(*rounds, 20)
				results.report(b, "latency, one writer", ratio(s, base, "ms"), "latency-ratio", "at most 1.25")
				results.report(b, "latency of a publication, ms", each(s, "ms"), "ms/publish", "")
				results.report(b, "latency of a raw transaction, ms", each(base, "ms"), "ms/txn", "")
				s, base = r.compareMany(*rounds, 640, 100)
				results.report(b, "64 writers over transactions in sequence", ratio(s, base, "rate"), "rate-ratio", factor)
				results.report(b, "publications a second, 64 writers", each(s, "rate"), "publish/s", "")
				results.report(b, "server CPU of a publication, ms", each(s, "cpu"), "ms-cpu/publish", "")
				results.report(b, "CPU of its client, ms", each(s, "client"), "ms-cpu/client", "")
			}
		})
	}
	b.Run("embedded over one put", func(b *testing.B) {
		for b.Loop() {
			r := newPublishRig(b, 1, true)
			s, base := r.compareOne(*rounds, 20)
			results.report(b, "latency, one writer", ratio(s, base, "ms"), "latency-ratio", "")
			s, base = r.compareMany(*rounds, 640, 100)
			results.report(b, "64 writers over transactions in sequence", ratio(s, base, "rate"), "rate-ratio", "")
		}
	})
}

// file is what every publication has; it is stored before.
var file = []byte(strings.Repeat("the bytes of a file of a release\n", 64))

var fileDigest = standard.DigestOf(file)

// publishing is a small catalogue to publish into: standards have few
// versions, and every publication adds one.
var publishing = catalogue{Standards: 500, Versions: 1}

type publishRig struct {
	tb            testing.TB
	subject, base *child
	client        *client.Client
	raw           *grpc.ClientConn
	request       *wrapperspb.BytesValue
	n             atomic.Int64 // publications so far
}

// newPublishRig sets a catalogue against raw transactions, each of the keys of
// a publication, or of one key with as many bytes.
func newPublishRig(tb testing.TB, members int, onePut bool) *publishRig {
	tb.Helper()
	r := &publishRig{tb: tb}
	subject := role{Kind: "etalond", Dir: tb.TempDir()}
	base := role{Kind: "bare", Dir: tb.TempDir(), Keys: publicationKeys(tb)}
	if onePut {
		base.Keys = inOnePut(base.Keys)
	}
	if members > 1 {
		cluster := etcdtest.DurableCluster(tb, members)
		c, err := etcdstore.Dial(tb.Context(), etcdstore.DialConfig{Endpoints: cluster.Endpoints()})
		if err != nil {
			tb.Fatal(err)
		}
		err = publishing.write(tb.Context(), c)
		_ = c.Close()
		if err != nil {
			tb.Fatal(err)
		}
		base.Endpoints = cluster.Endpoints()
		subject.Args = []string{"--etcd-endpoints", strings.Join(cluster.Endpoints(), ",")}
	} else if err := publishing.build(tb.Context(), subject.Dir); err != nil {
		tb.Fatal(err)
	}
	r.subject = spawn(tb, subject, -1)
	r.client = dialClient(tb, r.subject.GRPC)
	r.upload()
	res, err := r.publish(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	base.Reply = proto.Size(res)
	r.base = spawn(tb, base, -1)
	r.raw = dial(tb, r.base.GRPC)
	r.request = wrapperspb.Bytes(make([]byte, proto.Size(r.next(0))))
	if err := r.transact(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return r
}

func dialClient(tb testing.TB, addr string) *client.Client {
	tb.Helper()
	c, err := client.Dial(client.Options{Address: addr, Token: adminToken})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

func (r *publishRig) upload() {
	r.tb.Helper()
	if err := r.client.Upload(r.tb.Context(), fileDigest, int64(len(file)), bytes.NewReader(file)); err != nil {
		r.tb.Fatal(err)
	}
}

func (r *publishRig) next(n int) *etalonv1.PublishVersionRequest {
	return &etalonv1.PublishVersionRequest{
		Parent:    publishing.name(n % publishing.Standards).Resource(),
		VersionId: fmt.Sprintf("9.%d.0", n/publishing.Standards),
		Version:   &etalonv1.Version{Label: "An edition", ReleaseDate: "2024-02-29"},
		Files:     []*etalonv1.File{{Path: "schema.json", MediaType: "application/schema+json", SizeBytes: int64(len(file)), Digest: fileDigest.String()}},
	}
}

func (r *publishRig) publish(ctx context.Context) (*etalonv1.PublishVersionResponse, error) {
	return r.client.Publishing.PublishVersion(ctx, r.next(int(r.n.Add(1))))
}

func (r *publishRig) transact(ctx context.Context) error {
	return r.raw.Invoke(ctx, rawCall, r.request, &wrapperspb.BytesValue{})
}

// compareOne gives the median latency of one writer at a time, of n writes in
// each turn.
func (r *publishRig) compareOne(rounds, n int) (s, base []sample) {
	r.tb.Helper()
	ctx := r.tb.Context()
	turn := func(write func() error) func() sample {
		return func() sample {
			xs := make([]float64, n)
			for i := range xs {
				started := time.Now()
				if err := write(); err != nil {
					r.tb.Fatal(err)
				}
				xs[i] = time.Since(started).Seconds() * 1e3
			}
			return sample{"ms": spreadOf(xs).median}
		}
	}
	defer r.subject.profiled("publish-one")()
	return paired(r.tb, rounds,
		turn(func() error { _, err := r.publish(ctx); return err }),
		turn(func() error { return r.transact(ctx) }))
}

// compareMany gives the rate of 64 writers at once, and of raw transactions
// one after the other.
func (r *publishRig) compareMany(rounds, published, transactions int) (s, base []sample) {
	r.tb.Helper()
	ctx := r.tb.Context()
	defer r.subject.profiled("publish-many")()
	return paired(r.tb, rounds, func() sample {
		var g errgroup.Group
		before, ours, started := r.subject.cpu(), ownCPU(), time.Now()
		for w := range 64 {
			g.Go(func() error {
				for range published/64 + min(1, max(0, published%64-w)) {
					if _, err := r.publish(ctx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			r.tb.Fatal(err)
		}
		n, took := float64(published), time.Since(started).Seconds()
		return sample{"rate": n / took, "client": (ownCPU() - ours) * 1e3 / n, "cpu": (r.subject.cpu() - before) * 1e3 / n}
	}, func() sample {
		started := time.Now()
		for range transactions {
			if err := r.transact(ctx); err != nil {
				r.tb.Fatal(err)
			}
		}
		return sample{"rate": float64(transactions) / time.Since(started).Seconds()}
	})
}

// publicationKeys are the sizes of what one publication leaves in etcd, the
// head aside, as a real one did.
func publicationKeys(tb testing.TB) []keySize {
	tb.Helper()
	dir := tb.TempDir()
	if err := publishing.build(tb.Context(), dir); err != nil {
		tb.Fatal(err)
	}
	r := &publishRig{tb: tb, subject: spawn(tb, role{Kind: "etalond", Dir: dir}, -1)}
	r.client = dialClient(tb, r.subject.GRPC)
	r.upload()
	if _, err := r.publish(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	r.subject.stop()
	node, err := etcdnode.Start(tb.Context(), etcdnode.Config{Dir: dir})
	if err != nil {
		tb.Fatal(err)
	}
	defer node.Close()
	resp, err := node.Client().Get(tb.Context(), "/etalon/v1/", clientv3.WithPrefix())
	if err != nil {
		tb.Fatal(err)
	}
	return keysAfter(tb, resp)
}

// inOnePut is a single key with the bytes of all.
func inOnePut(keys []keySize) []keySize {
	one := keySize{Key: keys[0].Key}
	for _, k := range keys {
		one.Value += k.Key + k.Value
	}
	one.Value -= one.Key
	return []keySize{one}
}

// keysAfter gives the sizes of the keys that came after the catalogue and the
// file: those of the publication.
func keysAfter(tb testing.TB, resp *clientv3.GetResponse) []keySize {
	tb.Helper()
	stored := int64(0)
	for _, kv := range resp.Kvs {
		if strings.Contains(string(kv.Key), fileDigest.Hex()) {
			stored = max(stored, kv.CreateRevision)
		}
	}
	var keys []keySize
	for _, kv := range resp.Kvs {
		if kv.CreateRevision > stored && stored > 0 {
			keys = append(keys, keySize{len(kv.Key), len(kv.Value)})
		}
	}
	if len(keys) < 2 {
		tb.Fatalf("a publication left %d keys; want its version, its entry and its manifest", len(keys))
	}
	slices.SortFunc(keys, func(a, b keySize) int { return a.Value - b.Value })
	return keys
}

// ownCPU is the CPU time of this process so far, in seconds.
func ownCPU() float64 {
	var a answer
	a.measure(false)
	return a.CPU
}
