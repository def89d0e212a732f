package gateway

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// serveFile serves a file of an exact version by its path. A path is only ever
// looked up in the list of the version's files.
func (g *gateway) serveFile(x *exchange) {
	name := "authorities/" + x.params[0] + "/standards/" + x.params[1] + "/versions/" + x.params[2]
	ctx := x.callContext()
	var header metadata.MD
	v, err := g.versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: name}, grpc.Header(&header))
	passOn(x.w.Header(), header)
	if err != nil {
		g.fail(x, err)
		return
	}
	table, err := g.fileTable(ctx, v)
	if err != nil {
		g.fail(x, err)
		return
	}
	f := table.find(norm.NFC.String(x.params[3]))
	if f == nil {
		g.fail(x, &problem{
			http: http.StatusNotFound, reason: "FILE_NOT_FOUND",
			message: v.GetName() + " has no file " + quoted(x.params[3]),
			details: []proto.Message{&errdetails.ResourceInfo{ResourceType: domain + "/File", ResourceName: v.GetName() + "/files/" + x.params[3]}},
		})
		return
	}
	g.serveContent(x, &content{
		digest: f.GetDigest(), size: f.GetSizeBytes(), media: mediaOf(f.GetMediaType()),
		name: path.Base(f.GetPath()), extra: lifecycleHeaders(v),
	})
}

// fileTable is the list of a version's files, by path. It never changes.
type fileTable struct {
	files []*etalonv1.File
	bytes int64
}

func (t *fileTable) find(path string) *etalonv1.File {
	i, ok := slices.BinarySearchFunc(t.files, path, func(f *etalonv1.File, p string) int { return strings.Compare(f.GetPath(), p) })
	if !ok {
		return nil
	}
	return t.files[i]
}

// fileTable gives the files of a version, from memory where they are there.
func (g *gateway) fileTable(ctx context.Context, v *etalonv1.Version) (*fileTable, error) {
	key := v.GetName() + " " + v.GetDigest()
	if t := g.files.get(key); t != nil {
		return t, nil
	}
	t := &fileTable{}
	req := &etalonv1.ListFilesRequest{Parent: v.GetName(), PageSize: 1000}
	for {
		page, err := g.versions.ListFiles(ctx, req)
		if err != nil {
			return nil, err
		}
		t.files = append(t.files, page.GetFiles()...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	slices.SortFunc(t.files, func(a, b *etalonv1.File) int { return strings.Compare(a.GetPath(), b.GetPath()) })
	for _, f := range t.files {
		t.bytes += int64(proto.Size(f)) + 200
	}
	g.files.put(key, t)
	return t, nil
}

// fileTableBytes bounds the lists of files in memory.
const fileTableBytes = 32 << 20

// fileTables keeps lists of files. The oldest goes first: to make one again
// costs little.
type fileTables struct {
	mu    sync.Mutex
	most  int64
	bytes int64
	items map[string]*fileTable
	order []string
}

func newFileTables(most int64) *fileTables {
	return &fileTables{most: most, items: map[string]*fileTable{}}
}

func (f *fileTables) get(key string) *fileTable {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.items[key]
}

func (f *fileTables) put(key string, t *fileTable) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.items[key] != nil || t.bytes > f.most {
		return
	}
	f.items[key] = t
	f.order = append(f.order, key)
	f.bytes += t.bytes
	for f.bytes > f.most {
		f.bytes -= f.items[f.order[0]].bytes
		delete(f.items, f.order[0])
		f.order = f.order[1:]
	}
}
