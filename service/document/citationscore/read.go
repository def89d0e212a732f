package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/etalon-registry/etalon/service/document"
)

// read reads a document of the folder as any user would.
func read(ctx context.Context, set *corpus, src *source) (string, error) {
	data, err := os.ReadFile(filepath.Join(set.dir, "docs", src.file))
	if err != nil {
		return "", err
	}
	doc, err := document.Read(ctx, src.file, data, document.Limits{})
	if err != nil {
		return "", err
	}
	return doc.Text, nil
}
