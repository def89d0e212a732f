package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const jsonType = "application/json"

// marshaler is the JSON of the registry: the mapping of protobuf, with
// lowerCamel names and without unset fields; compact, and the same bytes for
// the same message. What it does not know in a request it refuses.
type marshaler struct{}

var _ runtime.Marshaler = marshaler{}

// ContentType is that of JSON.
func (marshaler) ContentType(any) string { return jsonType }

// Marshal writes a message.
func (marshaler) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("gateway: %T is no message", v)
	}
	return marshalJSON(m)
}

func compact(loose []byte) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, len(loose)))
	err := json.Compact(b, loose)
	return b.Bytes(), err
}

// Unmarshal reads a message, or a field that holds one.
func (marshaler) Unmarshal(data []byte, v any) error {
	if m, ok := v.(proto.Message); ok {
		return protojson.Unmarshal(data, m)
	}
	field := reflect.ValueOf(v)
	if field.Kind() != reflect.Pointer || field.Elem().Kind() != reflect.Pointer {
		return fmt.Errorf("gateway: %T is no message", v)
	}
	if field.Elem().IsNil() {
		field.Elem().Set(reflect.New(field.Elem().Type().Elem()))
	}
	m, ok := field.Elem().Interface().(proto.Message)
	if !ok {
		return fmt.Errorf("gateway: %T is no message", v)
	}
	return protojson.Unmarshal(data, m)
}

// NewDecoder reads one message, which is all there is.
func (m marshaler) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(data)) == 0 {
			return io.EOF
		}
		return m.Unmarshal(data, v)
	})
}

// NewEncoder writes messages.
func (m marshaler) NewEncoder(w io.Writer) runtime.Encoder {
	return runtime.EncoderFunc(func(v any) error {
		data, err := m.Marshal(v)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
}
