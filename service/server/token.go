package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// tokenFile is the name of the generated token in the data directory.
const tokenFile = "admin-token"

// adminToken guards writes and drafts.
type adminToken struct {
	value string
	from  string // where a person finds it
}

// findToken takes the token of the settings, or makes one and keeps it in the
// data directory, which this process holds by now.
func (s *Server) findToken(context.Context) error {
	switch {
	case s.cfg.AdminToken != "":
		s.token = adminToken{s.cfg.AdminToken, "as configured"}
		return nil
	case s.cfg.AdminTokenFile != "":
		return s.readToken(s.cfg.AdminTokenFile)
	}
	path := filepath.Join(s.cfg.DataDir, tokenFile)
	if err := s.readToken(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b := make([]byte, 32)
	rand.Read(b) // never fails (crypto/rand)
	if err := writeToken(path, base64.RawURLEncoding.EncodeToString(b)); err != nil {
		return err
	}
	return s.readToken(path)
}

// writeToken writes the whole file or none, for nobody else to read.
func writeToken(path, value string) error {
	f, err := os.CreateTemp(filepath.Dir(path), tokenFile+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("admin token: %w", err)
	}
	_, err = f.WriteString(value + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the write is what went wrong
		return fmt.Errorf("admin token: %w", err)
	}
	return nil
}

func (s *Server) readToken(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("admin-token-file: %w", err)
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	value := string(bytes.TrimSpace(line))
	if len(value) < 16 || bytes.ContainsAny([]byte(value), " \t") {
		return fmt.Errorf("admin-token-file: %s wants a token of at least 16 characters, without spaces, on its first line", path)
	}
	s.token = adminToken{value, path}
	return nil
}
