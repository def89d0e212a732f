package rpc

import (
	"context"

	"google.golang.org/grpc"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/check"
	"github.com/etalon-registry/etalon/service/check/lockfile"
	"github.com/etalon-registry/etalon/service/document"
)

// CheckDocument finds the standards that a document cites, resolves them as of
// a day, and says what is wrong.
func (s *Service) CheckDocument(stream grpc.ClientStreamingServer[etalonv1.CheckDocumentRequest, etalonv1.CheckDocumentResponse]) error {
	h, next, err := openDocument(stream.Recv)
	if err != nil {
		return err
	}
	opts, err := checkOptions(h)
	if err != nil {
		return err
	}
	var out *etalonv1.CheckDocumentResponse
	err = s.takeDocument(stream.Context(), h, h.GetDocument(), next, func(ctx context.Context, doc *document.Document) error {
		var err error
		out, err = s.check(ctx, h, doc, opts)
		return err
	})
	if err != nil {
		return err
	}
	if err := stream.SendAndClose(out); err != nil {
		return &streamError{err}
	}
	return nil
}

// checkOptions reads what a header says of how to check.
func checkOptions(h *etalonv1.CheckDocumentHeader) (check.Options, error) {
	var f fields
	opts := check.Options{AsOf: asOfDay(&f, h.GetAsOf())}
	opts.Config = optional(&f, "header.config", h.GetConfig(), func(text string) (check.Config, error) {
		return check.ParseConfig([]byte(text))
	})
	lock := optional(&f, "header.lockfile", h.GetLockfile(), func(text string) (*lockfile.File, error) {
		return lockfile.Parse([]byte(text))
	})
	if lock != nil {
		opts.Locked = lock.Locked()
	}
	return opts, f.err()
}

// check checks a document on the newest snapshot, or one as fresh as asked.
func (s *Service) check(ctx context.Context, h *etalonv1.CheckDocumentHeader, doc *document.Document, opts check.Options) (*etalonv1.CheckDocumentResponse, error) {
	view, err := s.read(ctx, h.GetMinRevision(), h.GetConsistency())
	if err != nil {
		return nil, err
	}
	opts.Now = view.Now
	cites, err := scan(doc)
	if err != nil {
		return nil, err
	}
	report, err := check.Run(ctx, doc, cites, s.finder(view), opts)
	if err != nil {
		return nil, err
	}
	out := &etalonv1.CheckDocumentResponse{
		Document:         documentOut(doc),
		AsOf:             report.AsOf.String(),
		Revision:         uint64(view.Revision()),
		StalenessSeconds: seconds(view.Staleness),
		Notice:           check.Notice,
	}
	for i := range report.Citations {
		out.Citations = append(out.Citations, citationOut(&report.Citations[i]))
	}
	for i := range report.Facts {
		out.Facts = append(out.Facts, factsOut(&report.Facts[i]))
	}
	for i := range report.Findings {
		out.Findings = append(out.Findings, findingOut(&report.Findings[i]))
	}
	return out, nil
}
