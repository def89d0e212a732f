package rpc

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"
)

// guard says who may call a method.
type guard uint8

const (
	open  guard = iota + 1 // anybody
	admin                  // whoever has the admin token
)

// access has an entry for every method of the contract: writes, drafts and
// the moving of whole registries are guarded, other reads are open.
var access = map[string]guard{
	"/etalon.v1.AuthorityService/GetAuthority":    open,
	"/etalon.v1.AuthorityService/ListAuthorities": open,
	"/etalon.v1.AuthorityService/CreateAuthority": admin,
	"/etalon.v1.AuthorityService/UpdateAuthority": admin,

	"/etalon.v1.StandardService/GetStandard":       open,
	"/etalon.v1.StandardService/ListStandards":     open,
	"/etalon.v1.StandardService/CreateStandard":    admin,
	"/etalon.v1.StandardService/UpdateStandard":    admin,
	"/etalon.v1.StandardService/SetTag":            admin,
	"/etalon.v1.StandardService/RemoveTag":         admin,
	"/etalon.v1.StandardService/AddDesignation":    admin,
	"/etalon.v1.StandardService/RemoveDesignation": admin,

	"/etalon.v1.VersionService/GetVersion":        open,
	"/etalon.v1.VersionService/ListVersions":      open,
	"/etalon.v1.VersionService/ListFiles":         open,
	"/etalon.v1.VersionService/ListRelations":     open,
	"/etalon.v1.VersionService/DeprecateVersion":  admin,
	"/etalon.v1.VersionService/SupersedeVersion":  admin,
	"/etalon.v1.VersionService/WithdrawVersion":   admin,
	"/etalon.v1.VersionService/InvalidateVersion": admin,
	"/etalon.v1.VersionService/CorrectVersion":    admin,

	"/etalon.v1.PublishingService/PublishVersion": admin,
	"/etalon.v1.PublishingService/CreateDraft":    admin,
	"/etalon.v1.PublishingService/GetDraft":       admin,
	"/etalon.v1.PublishingService/ListDrafts":     admin,
	"/etalon.v1.PublishingService/UpdateDraft":    admin,
	"/etalon.v1.PublishingService/DeleteDraft":    admin,
	"/etalon.v1.PublishingService/PublishDraft":   admin,

	"/etalon.v1.BlobService/CheckBlobs":   open,
	"/etalon.v1.BlobService/UploadBlob":   admin,
	"/etalon.v1.BlobService/DownloadBlob": open,
	"/etalon.v1.BlobService/RedactBlob":   admin,

	"/etalon.v1.ResolveService/Resolve":      open,
	"/etalon.v1.ResolveService/BatchResolve": open,
	"/etalon.v1.ResolveService/Search":       open,

	"/etalon.v1.CheckService/CheckDocument":    open,
	"/etalon.v1.CheckService/ExtractCitations": open,
	"/etalon.v1.CheckService/LookUpCitations":  open,

	"/etalon.v1.ChangeService/ListChanges": open,
	"/etalon.v1.ChangeService/Watch":       open,

	"/etalon.v1.RegistryService/GetRegistry":    open,
	"/etalon.v1.RegistryService/ExportBundle":   open,
	"/etalon.v1.RegistryService/ExportRegistry": admin,
	"/etalon.v1.RegistryService/ImportRegistry": admin,
}

// openServices answer anybody: they tell nothing of the catalogue.
var openServices = []string{"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}

// method is what the interceptors know of a method, bound once.
type method struct {
	name    string // "/etalon.v1.ResolveService/Resolve"
	service string // "etalon.v1.ResolveService"
	short   string // "Resolve"
	guard   guard
	stream  bool
	metrics methodMetrics
}

// bind makes the table of every method that the server has registered. A
// method that nobody decided who may call is an error.
func bind(services map[string]grpc.ServiceInfo, m *Metrics) (map[string]*method, error) {
	table := map[string]*method{}
	for service, info := range services {
		for _, mi := range info.Methods {
			name := "/" + service + "/" + mi.Name
			g := access[name]
			if slices.Contains(openServices, service) {
				g = open
			}
			if g == 0 {
				return nil, fmt.Errorf("rpc: no entry in the access table says who may call %s", name)
			}
			table[name] = &method{
				name: name, service: service, short: mi.Name, guard: g,
				stream:  mi.IsClientStream || mi.IsServerStream,
				metrics: m.bind(strings.TrimPrefix(service, "etalon.v1."), mi.Name),
			}
		}
	}
	return table, nil
}

// Guarded says whether a method, by its full name, wants the admin token.
func Guarded(name string) bool { return access[name] == admin }
