package citation

// Footnote marks that a text extractor has glued onto a number are told from
// it by what numbers are plausible. The bounds have room above what was
// published by 2026.
const (
	maxRFC = 10_000
	// issuedRFC bounds the numbers that are left when digits are cut off: they
	// are of RFCs that were issued by November 2026.
	issuedRFC = 9950
	maxBCP    = 260
	maxSTD    = 99
	maxSP     = 240 // the second number of NIST's SP 800 series
	// maxFootnote is how many digits a footnote's mark has.
	maxFootnote = 3
)

// muchCited are numbers of ISO, IEC and their adoptions, for telling "ISO
// 9001|12" from "ISO 90011|2".
var muchCited = map[string]bool{
	"9001": true, "14001": true, "27001": true, "27002": true, "27017": true, "27018": true, "27701": true, "22301": true, "45001": true,
	"20000": true, "13485": true, "17025": true, "17021": true, "19650": true, "31000": true, "50001": true, "8601": true, "3166": true,
	"4217": true, "19115": true, "15489": true, "20022": true, "15408": true, "12207": true, "15288": true, "25010": true, "26262": true,
	"11179": true, "8859": true, "10646": true, "9241": true, "40500": true, "14721": true, "16363": true, "7816": true, "14443": true,
	"60529": true, "61508": true, "62443": true, "60601": true, "62304": true, "7671": true, "5839": true, "7858": true, "10008": true,
	"16931": true, "50600": true, "50173": true, "6523": true, "17442": true, "11801": true, "29100": true, "38500": true, "42001": true,
}

// gluedRun says how many bytes of a window make a designation, where its first
// number has a footnote glued on. It is 0 where none has.
func gluedRun(buf string) int {
	k := 0
	for k < len(buf) && k < gapSize && !isDigit(buf[k]) {
		k++
	}
	if k < 2 || k >= len(buf) || k == gapSize {
		return 0
	}
	run := digitRun(buf, k)
	if k+run < len(buf) && isLetter(buf[k+run]) {
		return 0
	}
	cut := 0
	switch series := lastWord(buf[:k]); {
	case series == "rfc":
		cut = cutAt(buf[k:k+run], 4, maxRFC, 1000)
		if cut > 0 && number(buf[k:k+cut]) > issuedRFC {
			cut = 0
		}
	case series == "bcp":
		cut = cutLongest(buf[k:k+run], 3, maxBCP)
	case series == "std" && (hasFold(buf, "std") || hasFold(buf, "ietf")):
		cut = cutLongest(buf[k:k+run], 2, maxSTD)
	case series == "sp" || series == "nist":
		return gluedSecond(buf, k+run, 3, maxSP)
	case series == "fips" && buf[k:k+run] == "140":
		return gluedSecond(buf, k+run, 1, 3)
	case series == "en" && run == 3 && buf[k] == '3' && k+8 <= len(buf) && buf[k+3] == ' ':
		if n := digitRun(buf, k+4); n > 3 && n <= 3+maxFootnote && buf[k+7] != '0' {
			return k + 7
		}
	case (series == "iso" || series == "iec" || series == "en" || series == "bs") && run >= 6 && !(run == 6 && series == "en" && buf[k] == '3'):
		cut = cutKnown(buf[k : k+run])
	}
	if cut == 0 {
		return 0
	}
	return k + cut
}

// lastWord is the last run of letters of s, in lower case.
func lastWord(s string) string {
	j := len(s)
	for j > 0 && !isLetter(s[j-1]) {
		j--
	}
	i := j
	for i > 0 && isLetter(s[i-1]) && j-i < 8 {
		i--
	}
	b := []byte(s[i:j])
	for k := range b {
		b[k] = lower(b[k])
	}
	return string(b)
}

// cutAt cuts a run of digits whose value is above most behind n digits, if
// those are at least least.
func cutAt(run string, n, most, least int) int {
	if number(run) <= most || !footnote(run, n) || number(run[:n]) < least {
		return 0
	}
	return n
}

// cutLongest cuts a run whose value is above most behind as many digits as
// are plausible, at most n.
func cutLongest(run string, n, most int) int {
	if number(run) <= most {
		return 0
	}
	for ; n > 1; n-- {
		if footnote(run, n) && number(run[:n]) <= most && run[0] != '0' {
			return n
		}
	}
	return 0
}

func cutKnown(run string) int {
	for _, n := range [...]int{5, 4} {
		if footnote(run, n) && muchCited[run[:n]] {
			return n
		}
	}
	return 0
}

// footnote says whether the digits behind n can be a footnote's mark.
func footnote(run string, n int) bool {
	return len(run) > n && len(run) <= n+maxFootnote && run[n] != '0'
}

// gluedSecond looks at the number behind a hyphen at i.
func gluedSecond(buf string, i, n, most int) int {
	if i >= len(buf) || buf[i] != '-' {
		return 0
	}
	run := digitRun(buf, i+1)
	if run <= n || i+1+run < len(buf) && isLetter(buf[i+1+run]) {
		return 0
	}
	for ; n > 0; n-- {
		if r := buf[i+1 : i+1+run]; footnote(r, n) && number(r[:n]) <= most {
			return i + 1 + n
		}
	}
	return 0
}

// gluedYear says how many bytes make a dated designation where the first n
// make the undated one, and a footnote is glued onto the year.
func gluedYear(buf string, n int) int {
	k := n
	for k < len(buf) && k < n+2 && buf[k] == ' ' {
		k++
	}
	if k >= len(buf) || buf[k] != ':' {
		return 0
	}
	k++
	run := digitRun(buf, k)
	if run == 4 && isYear(buf[k:k+4]) && k+5 < len(buf) && classes[buf[k+4]]&upperCase != 0 && classes[buf[k+5]]&(letter|upperCase) == letter {
		return k + 4 // a heading, "PAS 1192-2:2013Incorporating"
	}
	if run < 5 || run > 4+maxFootnote || !isYear(buf[k:k+4]) || buf[k+4] == '0' {
		return 0
	}
	if k+run < len(buf) && isLetter(buf[k+run]) {
		return 0
	}
	return k + 4
}
