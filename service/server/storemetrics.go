package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/etalon-registry/etalon/service/etcdnode"
)

// watchNode shows how full the embedded store is. A cluster's etcd members
// have such figures of their own.
func (m *metrics) watchNode(n *etcdnode.Node) {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(
		gauge("etalon_store_bytes", "Size of the embedded store's file.", func() float64 { file, _ := n.Size(); return float64(file) }),
		gauge("etalon_store_bytes_in_use", "Bytes of the embedded store's file that hold something.", func() float64 { _, inUse := n.Size(); return float64(inUse) }),
		gauge("etalon_store_quota_bytes", "Size of the file at which the embedded store takes no more writes.", func() float64 { return float64(n.Quota()) }),
	)
}
