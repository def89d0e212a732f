package citation

import "strings"

// unitWords follow a number of things. A number before one of them counts, and
// names nothing.
var unitWords = wordSet(`
people persons person employees staff users members copies pages days day hours hour hrs minutes minute mins min
seconds second secs sec weeks week months month years year yrs times points pieces hospitals patients schools
households homes houses words characters bytes bits bit pixels pixel lines rows pupils students participants respondents
gbp eur usd euros euro pounds dollars million billion thousand percent km m mm cm kg g mg mw kw kwh v kv ah hz khz mhz ghz mb gb tb kb mbps gbps
sqm tonnes tons litres miles feet ft inches lb lbs degrees digit digits pin pins watt watts volt volts amp amps
jours jour heures heure mois ans an personnes minutes annees
dias dia horas hora meses mes anos personas hogares paginas minutos
tage tag stunden stunde monate monat jahre jahr seiten minuten wochen leute mitarbeiter uhr
film speed speeds
`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// longestUnit is how long a word of unitWords may be.
const longestUnit = 14

// unitFollows says whether a unit stands right behind i, or a sign of one.
func (s *scanner) unitFollows(i int) bool {
	t := s.text
	j := i
	for j < len(t) && j-i < 4 && (t[j] == ' ' || t[j] == '\n') {
		j++
	}
	if j < len(t) && t[j] == '-' && j == i {
		j++ // "3-digit"
	}
	if j < len(t) && t[j] == '%' || strings.HasPrefix(t[j:], "€") || strings.HasPrefix(t[j:], "°") {
		return true
	}
	k := j
	for k < len(t) && k-j <= longestUnit && isLetter(t[k]) {
		k++
	}
	if k == j || k-j > longestUnit {
		return false
	}
	var b [longestUnit]byte
	for n := j; n < k; n++ {
		b[n-j] = lower(t[n])
	}
	// A single capital may be the part of something: "ISO 9001 A".
	if k-j == 1 && isUpper(t[j:k]) {
		return false
	}
	return unitWords[string(b[:k-j])]
}
