package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// place puts a file where to says, whole or not at all: what write leaves
// takes the place of what was there, whose mode it keeps.
func place(to string, write func(*os.File) error) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(to); err == nil {
		mode = info.Mode().Perm()
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

// placeBytes is place for bytes at hand.
func placeBytes(to string, data []byte) error {
	return place(to, func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}
