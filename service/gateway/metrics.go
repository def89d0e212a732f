package gateway

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures of the HTTP side. What reaches a service is counted
// there as well.
type metrics struct {
	requests *prometheus.CounterVec
	hits     prometheus.Counter
	stale    prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	cache := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "etalon_http_cache_total", Help: "Requests for which an answer was in memory, by whether it still held.",
	}, []string{"result"})
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "etalon_http_requests_total", Help: "HTTP requests answered, by route and status code.",
		}, []string{"method", "route", "code"}),
		hits:  cache.WithLabelValues("hit"),
		stale: cache.WithLabelValues("stale"),
	}
	if reg != nil {
		reg.MustRegister(m.requests, cache)
	}
	return m
}

// answered counts an answer of any kind.
func (m *metrics) answered(x *exchange, code int) {
	method, route := x.r.Method, "none"
	if x.route != nil {
		method, route = x.route.method, x.route.template
	} else if !knownMethod(method) {
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(code)).Inc()
}

func knownMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}

// answeredOK counts the usual answers of a route, whose counters are at hand.
func (m *metrics) answeredOK(rt *route, code int) {
	c := &rt.ok
	if code == http.StatusNotModified {
		c = &rt.notModified
	}
	counter := c.Load()
	if counter == nil {
		made := m.requests.WithLabelValues(rt.method, rt.template, strconv.Itoa(code))
		counter = &made
		c.Store(counter)
	}
	(*counter).Inc()
}
