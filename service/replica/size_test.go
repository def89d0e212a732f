package replica

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/etalon-registry/etalon/service/replica/search"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// catalogueOf calls yield with the records of a catalogue of so many standards
// of ten versions each. Every string is its own, as decoding makes it. A
// version has a label, a designation with its claim and a relation, every
// third a step.
func catalogueOf(standards int, yield func(store.Record)) {
	own := fmt.Sprintf
	at := epoch
	for i := range standards {
		name := func() standard.Name {
			return standard.Name{Authority: standard.AuthorityID(own("authority-%d", i%100)), Standard: own("standard-%d", i)}
		}
		yield(&standard.Standard{
			Name: name(), Scheme: standard.Semver, Kind: standard.Specification, Created: at, Updated: at,
			Titles:       []standard.Text{{Language: own("en"), Value: own("Data standard number %d for the exchange of notices", i)}},
			Descriptions: []standard.Text{{Language: own("en"), Value: own("Standard %d says how buyers and suppliers exchange notices, contracts and invoices, and what each field means.", i)}},
			Licence:      own("CC-BY-4.0"), Sectors: []string{own("procurement")}, Designations: []string{own("DS %d", i)},
		})
		for v := range 10 {
			id := func() standard.VersionID { return standard.VersionID(own("%d.%d.0", 1+v/4, v%4)) }
			dated := own("DS %d:%d", i, 2010+v)
			yield(&standard.Version{
				Name: name(), ID: id(), Label: own("Edition %d", v), Digest: standard.DigestOf([]byte(dated)), Recorded: at,
				Designations: []string{dated}, FileCount: 12, TotalBytes: 34567, Revision: standard.Revision(i*10 + v),
				Relations: []standard.Relation{{Type: standard.NormativeReference, Target: own("authority-%d/standard-%d", (i+v)%100, (i+v)%standards), Effective: at, Recorded: at}},
				Notes:     []standard.Text{}, Links: []standard.Link{}, Members: []standard.Member{},
			})
			yield(&standard.Designation{Key: own("ds %d:%d", i, 2010+v), Claims: []standard.Claim{{
				Text: own("DS %d:%d", i, 2010+v), Name: name(), Version: id(), Owner: true, Effective: at, Recorded: at,
			}}})
			if v%3 == 0 {
				yield(&standard.Step{Name: name(), Version: id(), Number: 1, Kind: standard.StepDeprecate, Recorded: at, Effective: at, Actor: own("actor-%d", i%7)})
			}
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func loadedSnapshot(tb testing.TB, standards int) *Snapshot {
	b := newBuilder()
	catalogueOf(standards, func(r store.Record) {
		if err := b.add(r); err != nil {
			tb.Fatal(err)
		}
	})
	return b.build(context.Background(), store.Head{Index: 1}, 10_000, slog.New(slog.DiscardHandler))
}

// A version takes less than 1.25 KiB of memory, everything told: its share of
// the standard, its designation, relation and step, and the search index.
func TestBytesPerVersion(t *testing.T) {
	const standards, most = 2_000, 1280
	before := heap()
	s := loadedSnapshot(t, standards)
	per := func() uint64 { return (heap() - before) / uint64(s.Counts().Versions) }
	bare := per()
	x := search.NewWriter().Load(allParts(s))
	all := per()
	t.Logf("%d versions: %d bytes each, %d with the search index", s.Counts().Versions, bare, all)
	if all > most {
		t.Errorf("a version takes %d bytes, want %d at most", all, most)
	}
	runtime.KeepAlive(x)
	runtime.KeepAlive(s)
}

// BenchmarkLoad builds the snapshot of 100,000 versions of 10,000 standards.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		var all []store.Record
		catalogueOf(10_000, func(r store.Record) { all = append(all, r) })
		runtime.GC()
		b.StartTimer()
		bd := newBuilder()
		for _, r := range all {
			if err := bd.add(r); err != nil {
				b.Fatal(err)
			}
		}
		start := time.Now()
		s := bd.build(context.Background(), store.Head{Index: 1}, 10_000, slog.New(slog.DiscardHandler))
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms-sorting")
		b.StopTimer()
		runtime.KeepAlive(s)
		b.StartTimer()
	}
}

func BenchmarkApply(b *testing.B) {
	s := loadedSnapshot(b, 10_000)
	i := 0
	for b.Loop() {
		n := standard.Name{Authority: standard.AuthorityID(fmt.Sprintf("authority-%d", i%100)), Standard: fmt.Sprintf("standard-%d", i%10_000)}
		next, err := s.Apply(store.Commit{
			Records: []store.Record{
				&standard.Version{Name: n, ID: standard.VersionID(fmt.Sprintf("9.%d.0", i/10_000)), Relations: []standard.Relation{{Type: standard.Extends, Target: "authority-1/standard-1"}}},
				&standard.Designation{Key: fmt.Sprintf("ds %d:2030", i)},
			},
			Entries: entriesFrom(s.Revision(), 1),
		})
		if err != nil {
			b.Fatal(err)
		}
		s = next
		i++
	}
}

func BenchmarkStandard(b *testing.B) {
	s := loadedSnapshot(b, 100_000/10)
	names := make([]standard.Name, 4096)
	for i := range names {
		k := i * 7919 % 10_000
		names[i] = standard.Name{Authority: standard.AuthorityID(fmt.Sprintf("authority-%d", k%100)), Standard: fmt.Sprintf("standard-%d", k)}
	}
	i := 0
	for b.Loop() {
		if s.Standard(names[i%len(names)]).Find("2.1.0") == nil {
			b.Fatal("not found")
		}
		i++
	}
}
