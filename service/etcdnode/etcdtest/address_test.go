package etcdtest

import "testing"

func TestFreeAddressesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		for _, a := range FreeAddresses(t, 20) {
			if seen[a] {
				t.Fatalf("%s was given twice", a)
			}
			seen[a] = true
		}
	}
}
