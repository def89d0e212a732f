package etcdnode

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.etcd.io/etcd/client/pkg/v3/fileutil"
)

// ErrLocked: another process, or another node of this one, holds the data
// directory.
var ErrLocked = errors.New("data directory is in use")

const lockName = "etalon.lock"

// dirLock is the hold on a data directory. etcd's own lock waits without end;
// this one answers at once, and says who.
type dirLock struct {
	file *fileutil.LockedFile
}

func lockDir(dir string) (*dirLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("etcdnode: data directory: %w", err)
	}
	path := filepath.Join(dir, lockName)
	f, err := fileutil.TryLockFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fileutil.ErrLocked) {
		return nil, fmt.Errorf("etcdnode: %w: %s%s", ErrLocked, dir, holder(path))
	}
	if err != nil {
		return nil, fmt.Errorf("etcdnode: lock %s: %w", path, err)
	}
	l := &dirLock{file: f}
	if err := l.sign(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// sign leaves our process id in the file, for the message of others.
func (l *dirLock) sign() error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("etcdnode: lock: %w", err)
	}
	if _, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("etcdnode: lock: %w", err)
	}
	return nil
}

// holder is who left their process id, or nothing.
func holder(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid <= 0 {
		return ""
	}
	return fmt.Sprintf(" is held by process %d", pid)
}

func (l *dirLock) release() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("etcdnode: unlock: %w", err)
	}
	return nil
}
