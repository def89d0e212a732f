package config

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// byteSize is a number of bytes: "1048576", "64MiB", "8GiB".
type byteSize int64

var units = []struct {
	suffix string
	bytes  int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
}

// String is the shortest exact form.
func (b *byteSize) String() string {
	for _, u := range units {
		if n := int64(*b); n != 0 && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Set parses a size.
func (b *byteSize) Set(s string) error {
	digits, factor := s, int64(1)
	for _, u := range units {
		if d, ok := strings.CutSuffix(s, u.suffix); ok {
			digits, factor = d, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	if err != nil || n < 0 || n > (1<<62)/factor {
		return fmt.Errorf("%q is no size; write 1048576, 64MiB or 8GiB", s)
	}
	*b = byteSize(n * factor)
	return nil
}

// Type names the value in the usage text.
func (b *byteSize) Type() string { return "size" }

// logLevel is a slog level by its name.
type logLevel slog.Level

// String is the name in small letters.
func (l *logLevel) String() string { return strings.ToLower(slog.Level(*l).String()) }

// Set parses a name.
func (l *logLevel) Set(s string) error {
	switch strings.ToLower(s) {
	case "debug", "info", "warn", "error":
		return (*slog.Level)(l).UnmarshalText([]byte(s))
	}
	return fmt.Errorf("%q is no log level; write debug, info, warn or error", s)
}

// Type names the value in the usage text.
func (l *logLevel) Type() string { return "level" }
