package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/store/etcdstore"
)

// Migrate brings the store to the schema of this program and says what it did.
// There is one schema so far, so it checks the store and changes nothing.
func Migrate(ctx context.Context, cfg *config.Config, out, log io.Writer) (err error) {
	if cfg.Embedded() {
		if _, err := os.Stat(cfg.DataDir); err != nil {
			return fmt.Errorf("data-dir: there is no store in %s: %w", cfg.DataDir, err)
		}
	}
	s := &Server{cfg: cfg, out: log, log: newLogger(log, cfg), now: time.Now, metrics: newMetrics()}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.openStore(ctx); err != nil {
		return err
	}
	m, err := s.store.Meta(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "registry %s has schema %d, which is that of this program (%d): nothing to do\n", m.RegistryID, m.Schema, etcdstore.Schema)
	return err
}
