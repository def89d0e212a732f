package document

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormat is how a number is shown. Formats that are not simple show the
// number as such.
type numberFormat struct {
	date, clock    bool   // a day, a time of day
	prefix, suffix string // words of the format: "RFC "0
	digits         int    // before the point at least; 0 is as many as there are
	decimals       int    // after the point
	fixed          bool   // digits and decimals count
	thousands      bool
	percent        bool
}

// builtinFormats are those that files name by number only (ECMA-376 part 1,
// 18.8.30).
var builtinFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
	14: "yyyy-mm-dd", 15: "yyyy-mm-dd", 16: "yyyy-mm-dd", 17: "yyyy-mm-dd",
	18: "hh:mm", 19: "hh:mm", 20: "hh:mm", 21: "hh:mm", 22: "yyyy-mm-dd hh:mm",
	37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "hh:mm", 46: "hh:mm", 47: "hh:mm",
}

// readNumberFormats gives the formats by the index of a cell's style.
func readNumberFormats(p *parts, name string) ([]numberFormat, error) {
	x, err := p.open(name)
	if err != nil {
		return nil, err
	}
	custom := map[string]string{}
	var formats []numberFormat
	inCells := false
	var element func(e xml.StartElement) error
	element = func(e xml.StartElement) error {
		if len(custom)+len(formats) > 10*maxParts {
			return tooLarge("it has more than %d styles", 10*maxParts)
		}
		switch e.Name.Local {
		case "styleSheet", "numFmts":
			return x.each(element, nil)
		case "numFmt":
			custom[attr(e, "numFmtId")] = attr(e, "formatCode")
		case "cellXfs":
			inCells = true
			err := x.each(element, nil)
			inCells = false
			return err
		case "xf":
			if !inCells {
				return nil
			}
			id := attr(e, "numFmtId")
			code, ok := custom[id]
			if n, err := strconv.Atoi(id); !ok && err == nil {
				code = builtinFormats[n]
			}
			formats = append(formats, parseNumberFormat(code))
		}
		return nil
	}
	return formats, x.each(element, nil)
}

// parseNumberFormat reads the first section of a format code.
func parseNumberFormat(code string) numberFormat {
	var f numberFormat
	point, after := false, false // a point was met; the digits are over
	words := &f.prefix
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			i = len(code)
		case '"':
			quoted, _, closed := strings.Cut(code[i+1:], `"`)
			if !closed {
				return numberFormat{}
			}
			*words += quoted
			i += len(`"`) + len(quoted)
		case '\\':
			if i++; i < len(code) {
				*words += code[i : i+1]
			}
		case '_', '*': // room, and filling
			i++
		case '[':
			inner, _, closed := strings.Cut(code[i+1:], "]")
			if !closed || strings.ContainsAny(inner, "<>=") {
				return numberFormat{}
			}
			f.clock = f.clock || elapsed(inner)
			i += len("[") + len(inner)
		case '0', '#', '?':
			if after {
				return numberFormat{}
			}
			f.fixed, words = true, &f.suffix
			switch {
			case point:
				f.decimals++
			case c == '0':
				f.digits++
			}
		case '.':
			point = true
		case ',':
			f.thousands = true
		case '%':
			f.percent, after = true, true
		case 'y', 'Y', 'd', 'D':
			f.date = true
		case 'h', 'H', 's', 'S':
			f.clock = true
		case 'm', 'M', 'A', 'P', 'a', 'p':
		case '/':
			if f.fixed { // a fraction
				return numberFormat{}
			}
		case 'E', 'e', '@', 'G', 'g': // with an exponent, text, General
			return numberFormat{}
		default:
			if words == &f.suffix {
				after = true
			}
			*words += code[i : i+1]
		}
	}
	if strings.ToValidUTF8(f.prefix+f.suffix, "") != f.prefix+f.suffix || len(f.prefix)+len(f.suffix) > 100 {
		return numberFormat{}
	}
	return f
}

// elapsed says whether brackets hold hours or minutes that go on beyond a day.
func elapsed(inner string) bool {
	switch strings.ToLower(inner) {
	case "h", "hh", "m", "mm":
		return true
	}
	return false
}

// show writes a stored number.
func (f numberFormat) show(value string, from1904 bool) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return value
	}
	switch {
	case f.date || f.clock:
		if text, ok := f.moment(n, from1904); ok {
			return text
		}
	case f.percent:
		return f.prefix + strconv.FormatFloat(n*100, 'f', f.decimals, 64) + "%" + f.suffix
	case f.fixed && math.Abs(n) < 1e15:
		return f.prefix + f.number(n) + f.suffix
	}
	if math.Abs(n) >= 1e15 || n != 0 && math.Abs(n) < 1e-9 {
		return strconv.FormatFloat(n, 'g', 15, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64) // as many digits as are shown
	if err != nil {
		return value
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func (f numberFormat) number(n float64) string {
	text := strconv.FormatFloat(math.Abs(n), 'f', f.decimals, 64)
	whole, rest, _ := strings.Cut(text, ".")
	if missing := f.digits - len(whole); missing > 0 {
		whole = strings.Repeat("0", min(missing, 100)) + whole
	}
	if f.thousands {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if rest != "" {
		whole += "." + rest
	}
	if n < 0 {
		return "-" + whole
	}
	return whole
}

// moment writes days since the end of 1899, or of 1904, the way ISO 8601 does.
func (f numberFormat) moment(days float64, from1904 bool) (string, bool) {
	const lastDay = 2958466 // 9999-12-31
	if days < 0 || days >= lastDay {
		return "", false
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days < 60 { // Excel believes in 1900-02-29
		first = first.AddDate(0, 0, 1)
	}
	whole := math.Floor(days)
	at := first.AddDate(0, 0, int(whole)).Add(time.Duration((days-whole)*86400+0.5) * time.Second)
	switch {
	case f.date && f.clock:
		return at.Format("2006-01-02 15:04"), true
	case f.date:
		return at.Format("2006-01-02"), true
	}
	return at.Format("15:04"), true
}
