package service_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/etalon-registry/etalon/"

// Groups of packages and of foreign modules, for the rules below. A pattern
// that ends in "/..." takes in all below it; "..." alone takes in everything.
var (
	pure = []string{
		"service/standard", "service/designation", "service/resolve",
		"service/artifact/...", "service/document/...", "service/check/...",
		"service/release", "service/spelling", "service/glob",
	}
	everything = []string{"..."}

	etcdServer = []string{"go.etcd.io/etcd/server/...", "go.etcd.io/etcd/etcdutl/..."}
	etcd       = []string{"go.etcd.io/..."}
	grpc       = []string{"google.golang.org/grpc/...", "github.com/grpc-ecosystem/..."}
	protobuf   = []string{"google.golang.org/protobuf/...", "google.golang.org/genproto/..."}
)

// A rule says what a package may import. Own packages are matched against its
// direct imports, foreign ones against all that it needs, however far down.
type rule struct {
	packages string   // pattern of the packages that it is for
	own      []string // patterns of our packages that they may import
	forbid   []string // patterns of foreign packages that they may not need
	only     []string // if set: the only foreign packages that they may need
}

// rules: imports point down only. The first rule that fits a package counts,
// and every package has one, so that a new package is placed on purpose.
var rules = []rule{
	{packages: "service/standard", only: []string{"golang.org/x/text/..."}},
	{packages: "service/designation/roundtrip", own: []string{"service/designation"}, only: []string{"golang.org/x/text/..."}},
	{packages: "service/designation", only: []string{"golang.org/x/text/..."}},
	{packages: "service/resolve", own: []string{"service/standard", "service/designation", "service/spelling"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/artifact/...", own: []string{"service/standard", "service/designation", "service/artifact/..."}, forbid: join(etcd, grpc)},
	{packages: "service/document/citationscore", own: []string{"service/designation", "service/document", "service/check/citation"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/document/...", own: []string{"service/document/..."}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/check/citation", own: []string{"service/designation"}, only: []string{"golang.org/x/text/..."}},
	{packages: "service/check/...", own: []string{"service/standard", "service/designation", "service/resolve", "service/spelling", "service/glob", "service/strictyaml", "service/document", "service/check/..."}, forbid: join(etcd, grpc, protobuf)},

	{packages: "service/release", own: []string{"service/standard", "service/designation", "service/spelling", "service/glob", "service/strictyaml"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/starter", own: []string{"service/standard", "service/release"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/resolve/resolvetest", own: []string{"service/standard", "service/designation", "service/resolve", "service/spelling"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/strictyaml", own: []string{"service/spelling"}, only: []string{"go.yaml.in/yaml/v3"}},
	{packages: "service/corpora", only: []string{}},
	{packages: "service/spelling", only: []string{}},
	{packages: "service/glob", only: []string{}},
	{packages: "service/buildinfo", only: []string{}},
	{packages: "service/requestid", only: []string{}},

	{packages: "service/store", own: []string{"service/standard"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/store/codec", own: []string{"service/standard", "service/store", "gen/etalon/store/..."}, forbid: join(etcd, grpc)},
	{packages: "service/store/etcdstore/...", own: []string{"service/standard", "service/store", "service/store/codec", "service/store/etcdstore/...", "gen/etalon/store/..."}, forbid: etcdServer},
	{packages: "service/store/storetest/...", own: []string{"service/standard", "service/store"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/replica/...", own: []string{"service/standard", "service/designation", "service/resolve", "service/store", "service/replica/..."}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/bundle", own: []string{"service/standard", "service/store", "service/store/codec"}, forbid: join(etcd, grpc)},
	{packages: "service/bundle/offline", own: []string{"service/designation", "service/bundle", "service/replica", "service/registry", "service/rpc", "service/gateway/inproc", "service/buildinfo"}, forbid: etcd},
	{packages: "service/registry/...", own: join(pure, []string{"service/store", "service/replica/...", "service/bundle", "service/registry/..."}), forbid: join(etcd, grpc)},

	{packages: "service/rpc/...", own: []string{
		"service/standard", "service/designation", "service/resolve", "service/document", "service/check/...", "service/store",
		"service/replica/...", "service/registry/...", "service/rpc/...", "service/buildinfo", "service/requestid", "gen/etalon/v1",
	}, forbid: etcd},
	{packages: "service/gateway/...", own: []string{"service/standard", "gen/etalon/v1", "gen/openapi", "service/buildinfo", "service/requestid", "service/gateway/..."}, forbid: etcd},
	{packages: "service/web/...", own: []string{"service/web/...", "service/buildinfo"}, forbid: join(etcd, grpc, protobuf)},
	{packages: "service/etcdnode/...", own: []string{"service/etcdnode/..."}},
	{packages: "service/config/...", own: []string{"service/config/...", "service/spelling"}, forbid: etcd},
	{packages: "service/server/...", own: everything},
	{packages: "service/bench/...", own: everything},
	{packages: "service/systemtest/...", own: everything},

	{packages: "client/...", own: join(pure, []string{"gen/etalon/v1", "service/buildinfo", "client/..."}), forbid: etcd},
	{packages: "cmd/etalon/...", own: join(pure, []string{"gen/etalon/v1", "service/buildinfo", "service/bundle/...", "client/...", "cmd/etalon/internal/..."}), forbid: etcd},
	{packages: "cmd/etalond/...", own: []string{"service/server/...", "service/config/...", "service/buildinfo", "cmd/etalond/internal/..."}},

	{packages: "gen/etalon/v1", forbid: etcd},
	{packages: "gen/etalon/store/...", forbid: join(etcd, grpc)},
	{packages: "gen/openapi"},
	{packages: "service"}, // this test
}

func TestImportsPointDown(t *testing.T) {
	packages, err := listPackages()
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) == 0 {
		t.Fatal("go list found no package of the module")
	}
	for _, violation := range violations(rules, packages) {
		t.Error(violation)
	}
}

// goPackage is what `go list` says about a package that is not of the standard
// library.
type goPackage struct {
	ImportPath string
	Imports    []string // direct
	Deps       []string // direct and indirect
	Standard   bool
}

// listPackages lists the module's packages and all they need, the standard
// library aside. Imports of tests do not count.
func listPackages() ([]goPackage, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps,Standard", "./...")
	cmd.Dir, cmd.Stderr = "..", &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	var packages []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		if !p.Standard {
			packages = append(packages, p)
		}
	}
}

// violations names each of the module's packages that breaks its rule or has
// none, one line a fault.
func violations(rules []rule, packages []goPackage) []string {
	foreign := map[string]bool{}
	for _, p := range packages {
		if !strings.HasPrefix(p.ImportPath, module) {
			foreign[p.ImportPath] = true
		}
	}
	var found []string
	for _, p := range packages {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours {
			continue
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return matches(r.packages, name) })
		if i < 0 {
			found = append(found, name+" has no rule: say in service/imports_test.go what it may import")
			continue
		}
		found = append(found, rules[i].check(name, p, foreign)...)
	}
	return found
}

func (r rule) check(name string, p goPackage, foreign map[string]bool) []string {
	var found []string
	for _, imported := range p.Imports {
		if own, ours := strings.CutPrefix(imported, module); ours && !matchesAny(r.own, own) {
			found = append(found, fmt.Sprintf("%s may not import %s", name, own))
		}
	}
	var refused []string
	for _, dep := range p.Deps {
		if foreign[dep] && (matchesAny(r.forbid, dep) || r.only != nil && !matchesAny(r.only, dep)) {
			refused = append(refused, dep)
		}
	}
	switch len(refused) {
	case 0:
	case 1:
		found = append(found, fmt.Sprintf("%s may not need %s", name, refused[0]))
	default:
		found = append(found, fmt.Sprintf("%s may not need %s and %d more", name, refused[0], len(refused)-1))
	}
	return found
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, name) })
}

func matches(pattern, name string) bool {
	prefix, deep := strings.CutSuffix(pattern, "...")
	if !deep {
		return name == pattern
	}
	return strings.HasPrefix(name+"/", prefix) || prefix == ""
}

func join(groups ...[]string) []string { return slices.Concat(groups...) }

func TestViolations(t *testing.T) {
	rules := []rule{
		{packages: "low", only: []string{"golang.org/x/text/..."}},
		{packages: "middle/...", own: []string{"low", "middle/..."}, forbid: []string{"go.etcd.io/..."}},
		{packages: "top", own: []string{"..."}},
	}
	text, etcd := "golang.org/x/text/width", "go.etcd.io/etcd/client/v3"
	tests := map[string]struct {
		name    string
		imports []string
		deps    []string
		want    string
	}{
		"down":                   {name: "middle", imports: []string{module + "low", "fmt"}},
		"own subpackage":         {name: "middle/a", imports: []string{module + "middle/b"}},
		"the only foreign one":   {name: "low", deps: []string{text, "fmt"}},
		"everything":             {name: "top", imports: []string{module + "middle/a"}, deps: []string{etcd}},
		"up":                     {name: "low", imports: []string{module + "middle"}, want: "low may not import middle"},
		"similar name":           {name: "middle", imports: []string{module + "lower"}, want: "middle may not import lower"},
		"forbidden, far down":    {name: "middle/a", deps: []string{etcd}, want: "middle/a may not need " + etcd},
		"beyond the only ones":   {name: "low", deps: []string{text, etcd}, want: "low may not need " + etcd},
		"several at once":        {name: "middle", deps: []string{etcd, "go.etcd.io/bbolt"}, want: "middle may not need " + etcd + " and 1 more"},
		"a package with no rule": {name: "new", want: "new has no rule: say in service/imports_test.go what it may import"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := violations(rules, []goPackage{
				{ImportPath: module + test.name, Imports: test.imports, Deps: test.deps},
				{ImportPath: text}, {ImportPath: etcd}, {ImportPath: "go.etcd.io/bbolt"},
			})
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRulesAreReachable(t *testing.T) {
	for i, r := range rules {
		sample := strings.TrimSuffix(r.packages, "/...")
		if path.Clean(sample) != sample {
			t.Errorf("%q is no clean path", r.packages)
		}
		first := slices.IndexFunc(rules, func(r rule) bool { return matches(r.packages, sample) })
		if first != i {
			t.Errorf("the rule for %s hides behind that for %s", r.packages, rules[first].packages)
		}
	}
}
