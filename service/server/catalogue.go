package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/etalon-registry/etalon/service/registry"
	"github.com/etalon-registry/etalon/service/release"
	"github.com/etalon-registry/etalon/service/standard"
	"github.com/etalon-registry/etalon/service/starter"
)

// loader is who enters catalogue files, as the log has it.
const loader = "catalogue"

// entering is how many standards are entered at once.
const entering = 64

// loadCatalogues enters the starter catalogue and the configured files. What
// is there already is left as it is, so every start may do it.
func (s *Server) loadCatalogues(ctx context.Context) error {
	var all []*release.Catalogue
	if s.cfg.Dev {
		built, err := starter.Catalogues()
		if err != nil {
			return fmt.Errorf("starter catalogue: %w", err)
		}
		all = built
	}
	for _, path := range s.cfg.Catalogue {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("catalogue: %w", err)
		}
		c, err := release.ParseCatalogue(data)
		if err != nil {
			return fmt.Errorf("catalogue: %s:\n%w", path, err)
		}
		all = append(all, c)
	}
	s.ready.set("the catalogue files are being loaded")
	return s.enter(ctx, all)
}

// enter writes authorities first, parents before children, so that prefixes
// are owned before designations are claimed under them.
func (s *Server) enter(ctx context.Context, all []*release.Catalogue) error {
	for _, c := range release.ParentsFirst(all) {
		if s.replica.Snapshot().Authority(c.Authority.ID) != nil {
			continue
		}
		a := c.Authority
		_, _, err := s.registry.CreateAuthority(ctx, registry.Caller{Actor: loader}, &a)
		if err := s.tolerate(err, standard.AuthorityName(a.ID)); err != nil {
			return err
		}
	}
	// Standards are entered side by side, so that many share a commit; the
	// versions of one follow each other.
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(entering)
	for _, c := range all {
		for i := range c.Standards {
			group.Go(func() error { return s.enterStandard(ctx, &c.Standards[i]) })
		}
	}
	return group.Wait()
}

func (s *Server) enterStandard(ctx context.Context, c *release.CatalogueStandard) error {
	name, caller := c.Record.Name, registry.Caller{Actor: loader}
	if s.replica.Snapshot().Standard(name) == nil {
		record := c.Record
		_, _, err := s.registry.CreateStandard(ctx, caller, &record)
		if err := s.tolerate(err, name.Resource()); err != nil {
			return err
		}
	}
	for i := range c.Versions {
		if err := s.enterVersion(ctx, name, &c.Versions[i]); err != nil {
			return err
		}
	}
	for tag, v := range c.Tags {
		st := s.replica.Snapshot().Standard(name)
		if st == nil || slices.ContainsFunc(st.Record.Tags, func(t standard.TagChange) bool { return t.Tag == tag }) {
			continue
		}
		_, _, err := s.registry.SetTag(ctx, caller, name, tag, v, s.now())
		if err := s.tolerate(err, name.Resource()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) enterVersion(ctx context.Context, name standard.Name, c *release.CatalogueVersion) error {
	resource, caller := standard.VersionResource(name, c.Record.ID), registry.Caller{Actor: loader}
	if st := s.replica.Snapshot().Standard(name); st == nil || st.Find(c.Record.ID) == nil {
		_, err := s.registry.Publish(ctx, caller, registry.Publication{Name: name, Version: c.Record})
		if err != nil {
			return s.tolerate(err, resource)
		}
	}
	st := s.replica.Snapshot().Standard(name)
	if st == nil {
		return nil
	}
	v := st.Find(c.Record.ID)
	if v == nil || len(v.Steps) > 0 {
		return nil
	}
	for _, step := range c.Steps {
		_, _, err := s.registry.Step(ctx, caller, name, c.Record.ID, step)
		if err := s.tolerate(err, resource); err != nil {
			return err
		}
	}
	return nil
}

// tolerate logs what the rules refuse and goes on: a catalogue file must not
// keep a registry from starting whose owners have entered something else.
func (s *Server) tolerate(err error, resource string) error {
	if err == nil {
		return nil
	}
	_, exists := errors.AsType[*registry.ExistsError](err)
	_, held := errors.AsType[*registry.ConflictError](err)
	_, invalid := errors.AsType[*registry.InvalidError](err)
	_, absent := errors.AsType[*registry.NotFoundError](err)
	if !exists && !held && !invalid && !absent && !errors.Is(err, standard.ErrLifecycle) {
		return fmt.Errorf("catalogue: %s: %w", resource, err)
	}
	s.log.Warn("catalogue entry was not taken", slog.String("name", resource), slog.Any("why", err))
	return nil
}
