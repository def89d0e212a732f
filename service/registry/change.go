package registry

import (
	"fmt"
	"io"
	"time"

	"github.com/etalon-registry/etalon/service/replica"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/store"
)

// salt is the random part of an entry. It also tells, after a write whose
// answer was lost, whether the entry in the log is ours.
type salt = [16]byte

// change is what one proposal writes, in the making: it reads the snapshot
// that it is evaluated on, which has its predecessors' results, and collects
// records and entries. Nothing that it hands on is changed afterwards.
type change struct {
	*replica.Snapshot
	sweeps  uint64    // of the head that it will be committed on
	now     time.Time // to record; never before the last entry's
	actor   string
	request string
	salts   func(n int) (salt, error)

	records []store.Record
	entries []*standard.Entry
	// about is the record that each entry is about; nil: none.
	about        []store.Record
	designations map[string]*standard.Designation // touched by this change
	blobs        []store.SmallBlob                // that go in with it
}

// next is the revision of the next entry to be logged. Records carry the
// revision of the last entry about them.
func (c *change) next() standard.Revision {
	return c.Revision() + standard.Revision(len(c.entries)) + 1
}

// put writes a record. A change writes each record once.
func (c *change) put(r store.Record) { c.records = append(c.records, r) }

// log appends an entry about a record, which need not have been put yet.
// Index, time, actor, request, record digest and salt are filled in.
func (c *change) log(e standard.Entry, about store.Record) {
	e.Index = c.next()
	e.Time = c.now
	e.Actor = c.actor
	e.RequestID = c.request
	c.entries = append(c.entries, &e)
	c.about = append(c.about, about)
}

// entryOf is an entry about a standard or one of its versions.
func entryOf(t standard.ChangeType, n standard.Name, v standard.VersionID) standard.Entry {
	return standard.Entry{Type: t, Authority: n.Authority, Standard: n.Standard, Version: v}
}

// seal fills in what depends on the finished records.
func (c *change) seal(digester store.RecordDigester) error {
	for _, d := range c.designations {
		c.put(d)
	}
	var err error
	for i, e := range c.entries {
		if e.Salt, err = c.salts(i); err != nil {
			return fmt.Errorf("salt of an entry: %w", err)
		}
		if c.about[i] == nil {
			continue
		}
		if i > 0 && c.about[i] == c.about[i-1] {
			e.Record = c.entries[i-1].Record
			continue
		}
		if e.Record, err = digester.RecordDigest(c.about[i]); err != nil {
			return fmt.Errorf("digest of a record: %w", err)
		}
	}
	return nil
}

// commit is the change as a commit on the snapshot that it was evaluated on.
func (c *change) commit() store.Commit {
	return store.Commit{Records: c.records, Entries: c.entries}
}

// readSalts draws salts from a source of randomness, keeping those drawn, so
// that a proposal has the same ones in each attempt.
func readSalts(from io.Reader, kept *[]salt) func(int) (salt, error) {
	return func(n int) (salt, error) {
		for len(*kept) <= n {
			var s salt
			if _, err := io.ReadFull(from, s[:]); err != nil {
				return salt{}, err
			}
			*kept = append(*kept, s)
		}
		return (*kept)[n], nil
	}
}

// noSalts serves changes that are only tried out.
func noSalts(int) (salt, error) { return salt{}, nil }
