package pdffile

import (
	"bytes"
	"math"
)

// Parser makes values out of tokens.
type Parser struct {
	Lexer
	budget *Budget
	nodes  int
	// file and ref are set where objects of a file are read, for references,
	// the lengths of streams, and decryption.
	file  *File
	ref   Ref
	plain bool // strings are not encrypted
}

// NewParser reads values without references out of data, such as the operands
// of a content stream.
func NewParser(data []byte, b *Budget) *Parser {
	return &Parser{Lexer: Lexer{Data: data}, budget: b, plain: true}
}

// Value reads one value. A stray end or operator reads as null.
func (p *Parser) Value() any { return p.value(p.Next(), 0) }

// ValueOf reads the value that begins with the token just read.
func (p *Parser) ValueOf(t Token) any { return p.value(t, 0) }

func (p *Parser) value(t Token, depth int) any {
	if p.nodes++; p.nodes > maxNodes || !p.budget.Step(1) {
		return nil
	}
	if depth > p.budget.depth {
		p.budget.tooDeep()
		return nil
	}
	switch t.Kind {
	case Number:
		return p.number(t)
	case Text:
		if p.file != nil && !p.plain {
			return String(p.file.crypt.decryptString(p.ref, t.Bytes))
		}
		return String(t.Bytes)
	case NameToken:
		return Name(t.Bytes)
	case OpenArray:
		return p.array(depth)
	case OpenDict:
		return p.dict(depth)
	case Keyword:
		switch string(t.Bytes) {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return nil
}

func (p *Parser) number(t Token) any {
	if !t.Whole {
		return t.Num
	}
	if math.Abs(t.Num) >= 1<<53 {
		return t.Num
	}
	if p.file == nil || t.Num < 0 {
		return int64(t.Num)
	}
	// Two whole numbers and an R are a reference.
	back := p.Pos
	if gen := p.peekNumber(); gen >= 0 {
		if end := p.Next(); end.Kind == Keyword && string(end.Bytes) == "R" {
			if t.Num > maxObjects {
				return nil
			}
			return Ref{int(t.Num), gen}
		}
	}
	p.Pos = back
	return int64(t.Num)
}

// peekNumber reads a generation number, or gives -1.
func (p *Parser) peekNumber() int {
	p.SkipSpace()
	if c := p.at(0); c < '0' || c > '9' {
		return -1
	}
	t := p.Next()
	if t.Kind != Number || !t.Whole || t.Num > 1<<20 {
		return -1
	}
	return int(t.Num)
}

func (p *Parser) array(depth int) Array {
	list := Array{}
	for p.budget.Err() == nil && p.nodes <= maxNodes {
		t := p.Next()
		if t.Kind == CloseArray || t.Kind == EOF {
			break
		}
		if p.ends(t) {
			break
		}
		list = append(list, p.value(t, depth+1))
	}
	return list
}

func (p *Parser) dict(depth int) Dict {
	d := Dict{}
	for p.budget.Err() == nil && p.nodes <= maxNodes {
		t := p.Next()
		if t.Kind == CloseDict || t.Kind == EOF {
			break
		}
		if p.ends(t) {
			break
		}
		if t.Kind != NameToken {
			p.budget.Step(1)
			continue
		}
		key := Name(t.Bytes)
		back := p.Pos
		v := p.Next()
		if v.Kind == CloseDict || v.Kind == EOF || p.ends(v) {
			p.Pos = back
			continue
		}
		p.nodes += 4
		d[key] = p.value(v, depth+1)
	}
	return d
}

// ends says whether a keyword shows that a container was left open. The
// keyword is put back.
func (p *Parser) ends(t Token) bool {
	if t.Kind != Keyword {
		return false
	}
	switch string(t.Bytes) {
	case "endobj", "obj", "stream", "endstream", "xref", "trailer":
		p.Pos -= len(t.Bytes)
		return true
	}
	return false
}

// stream reads the bytes of a stream if a dictionary is one.
func (p *Parser) stream(d Dict) any {
	back := p.Pos
	p.SkipSpace()
	if !bytes.HasPrefix(p.Data[p.Pos:], []byte("stream")) {
		p.Pos = back
		return d
	}
	p.Pos += len("stream")
	if p.at(0) == '\r' {
		p.Pos++
	}
	if p.at(0) == '\n' {
		p.Pos++
	}
	start := p.Pos
	end := -1
	if n, ok := Int(p.file.Resolve(d["Length"])); ok && n >= 0 && n <= len(p.Data)-start {
		p.Pos = start + n
		p.SkipSpace()
		if bytes.HasPrefix(p.Data[p.Pos:], []byte("endstream")) || bytes.HasPrefix(p.Data[p.Pos:], []byte("endobj")) {
			end = start + n
		}
	}
	if end < 0 {
		end = p.file.findEnd(start)
	}
	p.Pos = end
	return &Stream{Dict: d, raw: p.Data[start:end], ref: p.ref, clear: p.plain}
}
