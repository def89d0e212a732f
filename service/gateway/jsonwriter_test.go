package gateway

import (
	"math"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
)

// TestJSONIsThatOfProtobuf fills every message of the contract at random and
// compares with protojson.
func TestJSONIsThatOfProtobuf(t *testing.T) {
	var messages []protoreflect.MessageDescriptor
	for m, p := range jsonPlans() {
		if !p.plain && !p.time {
			messages = append(messages, m)
		}
	}
	if len(messages) < 30 {
		t.Fatalf("%d messages planned", len(messages))
	}
	byName := map[string]protoreflect.MessageDescriptor{}
	var names []string
	for _, m := range messages {
		byName[string(m.FullName())] = m
		names = append(names, string(m.FullName()))
	}
	rapid.Check(t, func(t *rapid.T) {
		m := instance(byName[rapid.SampledFrom(sorted(names)).Draw(t, "message")])
		fill(t, m, 3)
		want, err := marshalPlain(m.Interface())
		if err != nil {
			t.Fatal(err)
		}
		got, err := marshalJSON(m.Interface())
		if err != nil || string(got) != string(want) {
			t.Fatalf("%v\ngot  %s\nwant %s", err, got, want)
		}
	})
}

func TestJSONOfOddValues(t *testing.T) {
	for _, m := range []proto.Message{
		&etalonv1.Version{},
		&etalonv1.Version{Label: "\x00\x1f\x7f\"\\\b\f\n\r\t/<>&\u2028\u00a0\U0001f600"},
		&etalonv1.Candidate{Score: math.NaN()}, &etalonv1.Candidate{Score: math.Inf(-1)}, &etalonv1.Candidate{Score: 1e-9},
		&etalonv1.Candidate{Score: 1e21}, &etalonv1.Candidate{Score: -1e-7}, &etalonv1.Candidate{Score: 123456.5}, &etalonv1.Candidate{Score: math.Copysign(0, -1)},
		&etalonv1.Version{Status: 99},
		&etalonv1.Registry{Limits: map[string]int64{"b": 1, "a": 2, "\"": -3}},
		&etalonv1.Version{PublishTime: &timestamppb.Timestamp{Seconds: 1}, StatusTime: &timestamppb.Timestamp{Nanos: 120_000_000}, NextChangeTime: &timestamppb.Timestamp{Nanos: 1}},
		&etalonv1.Step{Amendment: &etalonv1.Amendment{Label: proto.String("")}},
		&etalonv1.BatchResolveResponse{Results: []*etalonv1.BatchResolveResponse_Result{{}, {Verdict: &etalonv1.BatchResolveResponse_Result_Resolved{}}}},
	} {
		want, err := marshalPlain(m)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := marshalJSON(m); err != nil || string(got) != string(want) {
			t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
		}
	}
	for _, m := range []proto.Message{
		&etalonv1.Version{Label: "\xff"}, &etalonv1.Version{PublishTime: &timestamppb.Timestamp{Seconds: math.MaxInt64}},
	} {
		if b, err := marshalJSON(m); err == nil {
			t.Errorf("no error, but %s", b)
		}
	}
}
