package pdffile

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func budget() *Budget { return NewBudget(1<<20, 100, time.Minute, nil) }

func TestValues(t *testing.T) {
	tests := []struct {
		in   string
		want any
	}{
		{"12", int64(12)}, {"-7", int64(-7)}, {"--7", int64(-7)}, {"+3", int64(3)}, {".5", 0.5}, {"-.5", -0.5}, {"4.", 4.0},
		{"5-3", int64(5)}, {"1.2.3", 1.2}, {"10000000000000000000000", 1e22},
		{"true", true}, {"false", false}, {"null", nil}, {"", nil}, {"]", nil}, {"endobj", nil},
		{"/Name", Name("Name")}, {"/A#20B", Name("A B")}, {"/A#2", Name("A#2")}, {"/", Name("")},
		{"(a(b)c)", String("a(b)c")}, {`(\(\n\r\t\b\f\\)`, String("(\n\r\t\b\f\\")}, {`(\101\0\18)`, String("A\x00\x018")},
		{"(a\\\r\nb\r\nc)", String("ab\nc")}, {"(open", String("open")}, {`(ends in \`, String("ends in ")},
		{"<414>", String("A@")}, {"<4 1\n42", String("AB")}, {"<zz>", String("")},
		{"[1 /A (b) [2]]", Array{int64(1), Name("A"), String("b"), Array{int64(2)}}},
		{"[1 2", Array{int64(1), int64(2)}},
		{"<</A 1/B[2]/C<</D 3>>>>", Dict{"A": int64(1), "B": Array{int64(2)}, "C": Dict{"D": int64(3)}}},
		{"<</A/B 1/C>>", Dict{"A": Name("B")}}, {"<</A>>", Dict{}}, {"<</A 1 endobj", Dict{"A": int64(1)}},
		{"% comment\n 1", int64(1)}, {"1 0 R", int64(1)},
	}
	for _, tt := range tests {
		got := NewParser([]byte(tt.in), budget()).Value()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestDepthIsBounded(t *testing.T) {
	for _, open := range []string{"[", "<</A"} {
		b := NewBudget(1, 50, time.Minute, nil)
		var in []byte
		for range 51 {
			in = append(in, open...)
		}
		NewParser(in, b).Value()
		if b.Err() != nil {
			t.Errorf("%s: 50 deep: %v", open, b.Err())
		}
		NewParser(append(in, open...), b).Value()
		if b.Err() == nil {
			t.Errorf("%s: 51 deep: no error", open)
		}
	}
}

// The lexer always ends, and its place never leaves the data.
func FuzzLexer(f *testing.F) {
	for _, s := range []string{"<</A[1 2 R(x\\", "(a\\", "<4", "/#4", "%", "1 0 obj<<>>stream\r", "--.", "<<<<>>>>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Lexer{Data: data}
		for range len(data) + 1 {
			before := l.Pos
			kind := l.Next().Kind
			if l.Pos > len(data) {
				t.Fatalf("place %d in %d bytes", l.Pos, len(data))
			}
			if kind == EOF {
				return
			}
			if l.Pos <= before {
				t.Fatalf("no way forward at %d", before)
			}
		}
		t.Fatal("more tokens than bytes")
	})
}
