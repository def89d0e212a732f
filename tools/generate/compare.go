package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// compare reports every file that differs between the trees want and got, or
// that only one of them has, in one error. Equal trees give nil.
func compare(want, got string) error {
	wantFiles, err := readTree(want)
	if err != nil {
		return err
	}
	gotFiles, err := readTree(got)
	if err != nil {
		return err
	}
	var diffs []string
	for path, content := range wantFiles {
		switch found, ok := gotFiles[path]; {
		case !ok:
			diffs = append(diffs, path+": missing")
		case !bytes.Equal(content, found):
			diffs = append(diffs, path+": out of date")
		}
	}
	for path := range gotFiles {
		if _, ok := wantFiles[path]; !ok {
			diffs = append(diffs, path+": not generated any more")
		}
	}
	if len(diffs) == 0 {
		return nil
	}
	slices.Sort(diffs)
	return fmt.Errorf("gen/ is not what proto/ makes; run `go -C tools run ./generate`:\n  %s",
		strings.Join(diffs, "\n  "))
}

// readTree reads all files below dir, by slash-separated path relative to it.
func readTree(dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)] = content
		return nil
	})
	return files, err
}
