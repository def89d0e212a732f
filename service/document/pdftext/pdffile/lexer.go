package pdffile

import (
	"bytes"
	"math"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	EOF Kind = iota
	Number
	Text // a string, literal or hexadecimal
	NameToken
	Keyword
	OpenArray
	CloseArray
	OpenDict
	CloseDict
)

// Token is a piece of PDF syntax.
type Token struct {
	Kind Kind
	// Whole: a number written without a point.
	Whole bool
	Num   float64
	// Bytes of a string, name or keyword; they hold until the next token.
	Bytes []byte
}

// Lexer cuts bytes into tokens. It never fails: what is no token is skipped.
type Lexer struct {
	Data []byte
	Pos  int
	buf  []byte
}

const (
	regular = iota
	space
	delimiter
)

var classes = func() (c [256]uint8) {
	for _, b := range []byte("\x00\t\n\f\r ") {
		c[b] = space
	}
	for _, b := range []byte("()<>[]{}/%") {
		c[b] = delimiter
	}
	return c
}()

// IsSpace says whether c is white space in PDF.
func IsSpace(c byte) bool { return classes[c] == space }

// SkipSpace moves past white space and comments.
func (l *Lexer) SkipSpace() {
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		switch {
		case classes[c] == space:
			l.Pos++
		case c == '%':
			end := bytes.IndexAny(l.Data[l.Pos:], "\r\n")
			if end < 0 {
				l.Pos = len(l.Data)
				return
			}
			l.Pos += end
		default:
			return
		}
	}
}

// Next gives the next token.
func (l *Lexer) Next() Token {
	for {
		l.SkipSpace()
		if l.Pos >= len(l.Data) {
			return Token{Kind: EOF}
		}
		switch c := l.Data[l.Pos]; c {
		case '(':
			return l.literal()
		case '/':
			return l.name()
		case '[':
			l.Pos++
			return Token{Kind: OpenArray}
		case ']':
			l.Pos++
			return Token{Kind: CloseArray}
		case '<':
			if l.at(1) == '<' {
				l.Pos += 2
				return Token{Kind: OpenDict}
			}
			return l.hex()
		case '>':
			l.Pos++
			if l.at(0) == '>' {
				l.Pos++
				return Token{Kind: CloseDict}
			}
		case ')', '{', '}':
			l.Pos++
		case '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return l.number()
		default:
			return Token{Kind: Keyword, Bytes: l.regular()}
		}
	}
}

func (l *Lexer) at(ahead int) byte {
	if l.Pos+ahead < len(l.Data) {
		return l.Data[l.Pos+ahead]
	}
	return 0
}

func (l *Lexer) regular() []byte {
	start := l.Pos
	for l.Pos < len(l.Data) && classes[l.Data[l.Pos]] == regular {
		l.Pos++
	}
	return l.Data[start:l.Pos]
}

// number reads a number as leniently as viewers do: "--5" is -5, "5-3" is 5.
func (l *Lexer) number() Token {
	start := l.Pos
	negative, point, over, digits := false, false, false, 0
	var value, scale float64 = 0, 1
scan:
	for ; l.Pos < len(l.Data); l.Pos++ {
		switch c := l.Data[l.Pos]; {
		case over && c >= '0' && c <= '9':
		case c >= '0' && c <= '9':
			digits++
			value = value*10 + float64(c-'0')
			if point {
				scale *= 10
			}
		case c == '.' && !point:
			point = true
		case c == '-' && digits == 0:
			negative = true
		case c == '+' && digits == 0:
		case c == '-':
			over = true
		case classes[c] == regular && digits == 0:
			// A keyword that begins like a number.
			l.regular()
			return Token{Kind: Keyword, Bytes: l.Data[start:l.Pos]}
		default:
			break scan
		}
	}
	value /= scale
	if math.IsNaN(value) || math.IsInf(value, 0) {
		value = 0
	}
	if negative {
		value = -value
	}
	return Token{Kind: Number, Num: value, Whole: !point}
}

func (l *Lexer) name() Token {
	l.Pos++
	raw := l.regular()
	if bytes.IndexByte(raw, '#') < 0 {
		return Token{Kind: NameToken, Bytes: raw}
	}
	l.buf = l.buf[:0]
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) && unhex(raw[i+1]) >= 0 && unhex(raw[i+2]) >= 0 {
			l.buf = append(l.buf, byte(unhex(raw[i+1])<<4|unhex(raw[i+2])))
			i += 2
			continue
		}
		l.buf = append(l.buf, raw[i])
	}
	return Token{Kind: NameToken, Bytes: l.buf}
}

func (l *Lexer) hex() Token {
	l.Pos++
	l.buf = l.buf[:0]
	half := -1
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		l.Pos++
		if c == '>' {
			break
		}
		d := unhex(c)
		switch {
		case d < 0:
		case half < 0:
			half = d
		default:
			l.buf = append(l.buf, byte(half<<4|d))
			half = -1
		}
	}
	if half >= 0 {
		l.buf = append(l.buf, byte(half<<4))
	}
	return Token{Kind: Text, Bytes: l.buf}
}

func (l *Lexer) literal() Token {
	l.Pos++
	start := l.Pos
	// Most strings need no unfolding and are used where they stand.
	for i := start; i < len(l.Data); i++ {
		switch l.Data[i] {
		case ')':
			l.Pos = i + 1
			return Token{Kind: Text, Bytes: l.Data[start:i]}
		case '(', '\\', '\r':
			l.buf = append(l.buf[:0], l.Data[start:i]...)
			l.Pos = i
			return l.unfold()
		}
	}
	l.Pos = len(l.Data)
	return Token{Kind: Text, Bytes: l.Data[start:]}
}

func (l *Lexer) unfold() Token {
	open := 1
	for l.Pos < len(l.Data) {
		c := l.Data[l.Pos]
		l.Pos++
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return Token{Kind: Text, Bytes: l.buf}
			}
		case '\r':
			if l.at(0) == '\n' {
				l.Pos++
			}
			c = '\n'
		case '\\':
			l.escape()
			continue
		}
		l.buf = append(l.buf, c)
	}
	return Token{Kind: Text, Bytes: l.buf}
}

// escape reads what stands after a backslash.
func (l *Lexer) escape() {
	if l.Pos >= len(l.Data) {
		return
	}
	c := l.at(0)
	l.Pos++
	switch c {
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case '\n':
		return
	case '\r':
		if l.at(0) == '\n' {
			l.Pos++
		}
		return
	case '0', '1', '2', '3', '4', '5', '6', '7':
		value := int(c - '0')
		for range 2 {
			d := l.at(0)
			if d < '0' || d > '7' {
				break
			}
			value = value<<3 | int(d-'0')
			l.Pos++
		}
		c = byte(value)
	}
	l.buf = append(l.buf, c)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
