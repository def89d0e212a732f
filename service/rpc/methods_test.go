package rpc

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// contractMethods walks the descriptors of the contract.
func contractMethods(t *testing.T) map[string]protoreflect.MethodDescriptor {
	t.Helper()
	out := map[string]protoreflect.MethodDescriptor{}
	protoregistry.GlobalFiles.RangeFilesByPackage("etalon.v1", func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			for j := range s.Methods().Len() {
				m := s.Methods().Get(j)
				out["/"+string(s.FullName())+"/"+string(m.Name())] = m
			}
		}
		return true
	})
	if len(out) < 35 {
		t.Fatalf("walked %d methods, want at least 35", len(out))
	}
	return out
}

func TestAccessTableIsTheContract(t *testing.T) {
	methods := contractMethods(t)
	for name := range methods {
		if access[name] == 0 {
			t.Errorf("%s has no entry in the access table", name)
		}
	}
	for name := range access {
		if methods[name] == nil {
			t.Errorf("the access table has %s, the contract does not", name)
		}
	}
}

// Whatever takes a request_id or validate_only changes something, and so is
// guarded.
func TestWritesAreGuarded(t *testing.T) {
	writes := 0
	for name, m := range contractMethods(t) {
		fields := m.Input().Fields()
		if fields.ByName("request_id") == nil && fields.ByName("validate_only") == nil {
			continue
		}
		writes++
		if access[name] != admin {
			t.Errorf("%s writes and is not guarded", name)
		}
	}
	if writes < 15 {
		t.Errorf("found %d writes, want at least 15", writes)
	}
}

func TestBindRefusesAnUnknownMethod(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	_, err := bind(map[string]grpc.ServiceInfo{"etalon.v1.NewService": {Methods: []grpc.MethodInfo{{Name: "Do"}}}}, m)
	if err == nil {
		t.Error("a method without an entry was bound")
	}
}
