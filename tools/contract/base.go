package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// maxBases bounds how many earlier contracts are compared. A push with more
// changes of the contract than that would escape the comparison.
const maxBases = 50

// A base is a commit whose contract the present one may not break.
type base struct {
	commit    string
	subject   string
	changelog string
}

// repository is the git work tree at a folder.
type repository string

// bases lists, newest first, the commits that may have been the last main.
//
// A fresh clone of the submitted main does not say where the push began, so any
// first-parent commit may have been the last main. All of them count back to
// the newest release before HEAD, one for each contract that differs from
// the present one; so the last main is among them. Commits from before the changelog was
// begun promised nothing and do not count.
func (r repository) bases(ctx context.Context) ([]base, error) {
	shallow, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, err
	}
	if shallow != "false" {
		return nil, errors.New("a shallow clone does not hold the last main; clone with history")
	}
	commits, err := r.firstParents(ctx)
	if err != nil {
		return nil, err
	}
	present, err := r.presentTree(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{present: true}
	var found []base
	for _, commit := range commits {
		if len(found) == maxBases {
			break
		}
		tree, err := r.git(ctx, "rev-parse", "--verify", "--quiet", commit+":proto")
		if err != nil || seen[tree] {
			continue
		}
		changelog, err := r.git(ctx, "show", commit+":CHANGELOG.md")
		if err != nil {
			continue
		}
		seen[tree] = true
		subject, err := r.git(ctx, "log", "-1", "--format=%h %s", commit)
		if err != nil {
			return nil, err
		}
		found = append(found, base{commit: commit, subject: subject, changelog: changelog})
	}
	return found, nil
}

// presentTree is the git tree of the contract under check. It is "" where the
// contract has changes that are not committed: then HEAD is a base as well.
func (r repository) presentTree(ctx context.Context) (string, error) {
	changes, err := r.git(ctx, "status", "--porcelain", "--", "proto")
	if err != nil || changes != "" {
		return "", err
	}
	return r.git(ctx, "rev-parse", "HEAD:proto")
}

// firstParents lists HEAD and its first-parent ancestors, newest first, back to
// and with the newest release before HEAD.
func (r repository) firstParents(ctx context.Context) ([]string, error) {
	out, err := r.git(ctx, "rev-list", "--first-parent", "HEAD")
	if err != nil {
		return nil, err
	}
	commits := strings.Fields(out)
	tagged, err := r.git(ctx, "for-each-ref", "--format=%(objectname) %(*objectname)", "refs/tags/v*")
	if err != nil {
		return nil, err
	}
	releases := strings.Fields(tagged)
	for i, commit := range commits {
		if i > 0 && slices.Contains(releases, commit) {
			return commits[:i+1], nil
		}
	}
	return commits, nil
}

// stable tells whether 1.0 is out: a tag v1.x or higher is in HEAD's past.
func (r repository) stable(ctx context.Context) (bool, error) {
	tags, err := r.git(ctx, "tag", "--list", "v[1-9]*", "--merged", "HEAD")
	return tags != "", err
}

// extract writes a commit's proto folder into dir.
func (r repository) extract(ctx context.Context, commit, dir string) error {
	archive := filepath.Join(dir, "base.tar")
	if _, err := r.git(ctx, "archive", "--output", archive, commit, "proto"); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "tar", "-xf", archive, "-C", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("tar: %w: %s", err, out)
	}
	return os.Remove(archive)
}

// git runs git and gives back what it printed, without the last line's end.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = string(r)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimRight(stdout.String(), "\n"), nil
}
