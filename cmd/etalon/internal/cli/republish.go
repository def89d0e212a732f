package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/etalon-registry/etalon/client"
	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/standard"
)

// republication is a selection of another registry to publish here.
type republication struct {
	from, fromToken string
	refs            []string
}

func (r *republication) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.from, "from", "", "gRPC address of another registry")
	f.StringVar(&r.fromToken, "from-token", "", "token for it, where it asks for one")
	f.StringArrayVar(&r.refs, "select", nil, "reference, or name of a standard for all its versions (may be given again)")
}

// republish publishes versions of another registry here. They keep name,
// version and bytes, and so their digests; authorities must exist here.
func (a *app) republish(cmd *cobra.Command, r republication) error {
	if len(r.refs) == 0 {
		return usageError{fmt.Errorf("--from wants at least one --select, such as ocp/ocds@1.1.5")}
	}
	to, err := a.dial()
	if err != nil {
		return err
	}
	tls, err := a.tls()
	if err != nil {
		return err
	}
	from, err := client.Dial(client.Options{Address: r.from, Token: r.fromToken, TLS: tls, Insecure: a.insecure})
	if err != nil {
		return err
	}
	defer from.Close()
	ctx := cmd.Context()
	source, err := from.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
	if err != nil {
		return fmt.Errorf("%s: %w", r.from, err)
	}
	names, err := selected(ctx, from, r.refs)
	if err != nil {
		return err
	}
	all := &etalonv1.ListVersionsResponse{}
	for _, name := range names {
		res, err := republishOne(ctx, from, to, name, source.GetId())
		if err != nil {
			return fmt.Errorf("%s: %w", reference(name), err)
		}
		for _, w := range res.GetWarnings() {
			fmt.Fprintf(a.Err, "etalon: %s: warning: %s\n", reference(name), w)
		}
		all.Versions, all.Revision = append(all.Versions, res.GetVersion()), res.GetRevision()
	}
	return a.print(all, func(out io.Writer) {
		for _, v := range all.GetVersions() {
			fmt.Fprintf(out, "republished %s  %s\n", reference(v.GetName()), v.GetDigest())
		}
	})
}

// selected are the resource names of the versions that the references select.
// A bare name selects every version of that standard.
func selected(ctx context.Context, from *client.Client, refs []string) ([]string, error) {
	var names []string
	for _, ref := range refs {
		r, err := standard.ParseRef(ref)
		if err != nil || r.Selector.Kind != standard.SelectDefault {
			res, err := from.Resolve(ctx, ref)
			if err != nil {
				return nil, err
			}
			names = append(names, res.GetName())
			continue
		}
		err = new(paging).pages(func(size int32, token string) (int, string, error) {
			res, err := from.Versions.ListVersions(ctx, &etalonv1.ListVersionsRequest{Parent: r.Name.Resource(), PageSize: size, PageToken: token})
			for _, v := range res.GetVersions() {
				names = append(names, v.GetName())
			}
			return len(names), res.GetNextPageToken(), err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ref, err)
		}
	}
	return names, nil
}

func republishOne(ctx context.Context, from, to *client.Client, name, sourceID string) (*etalonv1.PublishVersionResponse, error) {
	n, id, err := standard.ParseVersionResource(name)
	if err != nil {
		return nil, err
	}
	v, err := from.Versions.GetVersion(ctx, &etalonv1.GetVersionRequest{Name: name})
	if err != nil {
		return nil, err
	}
	std, err := from.Standards.GetStandard(ctx, &etalonv1.GetStandardRequest{Name: n.Resource()})
	if err != nil {
		return nil, err
	}
	files, err := (&app{conn: from}).files(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := copyBlob(ctx, from, to, f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.GetPath(), err)
		}
	}
	v.Provenance = fmt.Sprintf("registry %s, %s, revision %d", sourceID, v.GetIri(), v.GetPublishRevision())
	std.Provenance = fmt.Sprintf("registry %s, %s", sourceID, std.GetIri())
	res, err := to.Publishing.PublishVersion(ctx, &etalonv1.PublishVersionRequest{
		Parent: n.Resource(), VersionId: string(id), Version: v, Standard: std, Files: files, RequestId: uuid.NewString(),
	})
	if err != nil {
		return nil, err
	}
	if got := res.GetVersion().GetDigest(); got != v.GetDigest() {
		return nil, fmt.Errorf("published with digest %s, but there it has %s", got, v.GetDigest())
	}
	return res, nil
}

// copyBlob moves one file from registry to registry by way of a temporary
// file, so that nothing is sent on before its digest was checked.
func copyBlob(ctx context.Context, from, to *client.Client, f *etalonv1.File) error {
	d, err := standard.ParseDigest(f.GetDigest())
	if err != nil {
		return err
	}
	missing, err := to.Missing(ctx, []standard.Digest{d})
	if err != nil || len(missing) == 0 {
		return err
	}
	tmp, err := os.CreateTemp("", "etalon-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if err := from.Download(ctx, d, tmp); err != nil {
		return err
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return to.Upload(ctx, d, f.GetSizeBytes(), tmp)
}
