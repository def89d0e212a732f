package registry

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"github.com/etalon-registry/etalon/service/standard"
)

func (in *importer) bytes(h *tar.Header, limit int64) ([]byte, error) {
	if h.Size > limit {
		return nil, badArchive("%s has %d bytes", clip(h.Name), h.Size)
	}
	b := make([]byte, h.Size)
	if _, err := io.ReadFull(in.tar, b); err != nil {
		return nil, badArchive("%s: %v", clip(h.Name), err)
	}
	return b, nil
}

func (in *importer) json(h *tar.Header, into any) error {
	b, err := in.bytes(h, maxSmallFile+in.r.limits.TextBytes*6)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return badArchive("%s: %v", h.Name, err)
	}
	return nil
}

func digestIn(name, dir string) (standard.Digest, error) {
	var d standard.Digest
	s := strings.TrimPrefix(name, dir)
	if len(s) != 2*len(d) || strings.ToLower(s) != s {
		return d, badArchive("entry %q has no digest for a name", clip(name))
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return d, badArchive("entry %q has no digest for a name", clip(name))
	}
	return d, nil
}
