package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// place puts a file where to says, whole or not at all: what write leaves
// takes the place of what was there, whose mode it keeps. A symbolic link stays
// one, and what it leads to is replaced. What is no regular file, and what is
// read-only, is left alone.
func place(to string, write func(*os.File) error) error {
	to, err := followed(to)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(to); err == nil {
		switch mode = info.Mode().Perm(); {
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is no regular file; name another", to)
		case mode&0o222 == 0:
			return fmt.Errorf("%s is read-only; make it writable first", to)
		}
	}
	tmp, err := os.CreateTemp(filepath.Dir(to), ".etalon-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	if err := write(tmp); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := errors.Join(tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), to)
}

// followed is where symbolic links lead, be there something or not.
func followed(path string) (string, error) {
	const most = 40
	at := path
	for range most {
		link, err := os.Readlink(at)
		if err != nil {
			return at, nil //nolint:nilerr // no link, or nothing yet
		}
		if !filepath.IsAbs(link) {
			dir, err := filepath.EvalSymlinks(filepath.Dir(at))
			if err != nil {
				return "", err
			}
			link = filepath.Join(dir, link)
		}
		at = link
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}

// placeBytes is place for bytes at hand.
func placeBytes(to string, data []byte) error {
	return place(to, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}
