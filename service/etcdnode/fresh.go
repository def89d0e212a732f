package etcdnode

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/client/pkg/v3/fileutil"
)

// readyName is a file in etcd's directory that says that etcd once served from
// it. An etcd that was stopped while it made its directory finds there, for
// ever after, a cluster without members, and waits for one to lead.
const readyName = "etalon.ready"

// setAside moves a directory away that was never served from. Nothing in it
// was ever acknowledged to anybody.
func setAside(dir string, log *slog.Logger) error {
	if !exists(dir) || exists(filepath.Join(dir, readyName)) {
		return nil
	}
	for i := 1; ; i++ {
		to := fmt.Sprintf("%s.unfinished-%d", dir, i)
		if exists(to) {
			continue
		}
		if err := os.Rename(dir, to); err != nil {
			return fmt.Errorf("etcdnode: %w", err)
		}
		log.Warn("a store whose first start was broken off is set aside", "from", dir, "to", to)
		return nil
	}
}

// markReady leaves the file, durably.
func markReady(dir string) error {
	path := filepath.Join(dir, readyName)
	if exists(path) {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("etcdnode: %w", err)
	}
	err = errors.Join(fileutil.Fsync(f), f.Close())
	if err != nil {
		return fmt.Errorf("etcdnode: %s: %w", path, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("etcdnode: %w", err)
	}
	if err := errors.Join(fileutil.Fsync(d), d.Close()); err != nil {
		return fmt.Errorf("etcdnode: %s: %w", dir, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
