package server

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// A replica whose clock is behind that of the one which wrote shows what was
// written all the same, in every kind of answer.
func TestAClockThatIsBehindHidesNothing(t *testing.T) {
	var behind atomic.Int64
	r := start(t, "", func(o *Options) {
		o.Now = func() time.Time { return time.Now().Add(-time.Duration(behind.Load())) }
	})
	ctx := context.Background()
	r.authority("ocp")
	release := r.release("authorities/ocp/standards/ocds", "1.0.0", "content")
	release.Version.ReleaseDate = "" // it is there from when it is recorded
	first, err := r.publishing.PublishVersion(r.admin(), release)
	must(t, first, err)
	behind.Store(int64(time.Hour))

	got, err := r.resolves.Resolve(ctx, &etalonv1.ResolveRequest{Ref: "ocp/ocds", MinRevision: first.GetRevision()})
	if err != nil || got.GetVersion() != "1.0.0" {
		t.Errorf("Resolve: %v, %v", got, err)
	}
	batch, err := r.resolves.BatchResolve(ctx, &etalonv1.BatchResolveRequest{Refs: []string{"ocp/ocds"}})
	if err != nil || batch.GetResults()[0].GetResolved().GetVersion() != "1.0.0" {
		t.Errorf("BatchResolve: %v, %v", batch, err)
	}
	st, err := r.standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: "authorities/ocp/standards/ocds"})
	if err != nil || st.GetLatestVersion() != "1.0.0" {
		t.Errorf("GetStandard: %v, %v", st, err)
	}
	name := first.GetVersion().GetName()
	stepped, err := r.versions.DeprecateVersion(r.admin(), &etalonv1.DeprecateVersionRequest{Name: name, Note: "old"})
	if err != nil || stepped.GetStatus() != etalonv1.Status_STATUS_DEPRECATED {
		t.Errorf("DeprecateVersion: %v, %v", stepped, err)
	}
	v, err := r.versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: name})
	if err != nil || v.GetStatus() != etalonv1.Status_STATUS_DEPRECATED {
		t.Errorf("GetVersion: %v, %v", v, err)
	}
	list, err := r.versions.ListVersions(ctx, &etalonv1.ListVersionsRequest{
		Parent: "authorities/ocp/standards/ocds", Filter: `status = "DEPRECATED"`,
	})
	if err != nil || len(list.GetVersions()) != 1 {
		t.Errorf("ListVersions: %v, %v", list, err)
	}
}
