package systemtest

import (
	"net/http"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// figures reads /metrics: the sums of every family over its labels, and for a
// histogram the number of observations.
func (s *server) figures() map[string]float64 {
	s.t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	res, err := client.Get("http://" + s.http + "/metrics") //nolint:noctx // a test's own server
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]float64{}
	for name, f := range families {
		for _, m := range f.GetMetric() {
			out[name] += value(f.GetType(), m)
		}
	}
	return out
}

func value(kind dto.MetricType, m *dto.Metric) float64 {
	switch kind {
	case dto.MetricType_HISTOGRAM:
		return float64(m.GetHistogram().GetSampleCount())
	case dto.MetricType_COUNTER:
		return m.GetCounter().GetValue()
	case dto.MetricType_SUMMARY:
		return float64(m.GetSummary().GetSampleCount())
	default:
		return m.GetGauge().GetValue() + m.GetUntyped().GetValue()
	}
}

// reason is that of an error's google.rpc.ErrorInfo.
func reason(err error) string {
	for _, d := range status.Convert(rootStatus(err)).Details() {
		if i, ok := d.(*errdetails.ErrorInfo); ok {
			return i.GetReason()
		}
	}
	return ""
}
