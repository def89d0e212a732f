package standard

import (
	"fmt"
	"strings"
)

func parseNumeric(id string) (Order, error) {
	var buf [8]string
	numbers, ok := splitNumeric(buf[:0], id)
	if !ok {
		return Order{}, fmt.Errorf("%w: version %q: NUMERIC wants digits separated by \".\", \"_\" or \"__\"", ErrMalformed, clip(id))
	}
	return numericOrder(numbers), nil
}

func numericOrder(numbers []string) Order {
	return numberOrder(Numeric, dropZeros(numbers), "")
}

// dropZeros drops the zeros at the end: they say nothing.
func dropZeros(numbers []string) []string {
	for len(numbers) > 0 && numbers[len(numbers)-1] == "" {
		numbers = numbers[:len(numbers)-1]
	}
	return numbers
}

// splitNumeric appends the numbers of id to out, as digits without leading
// zeros ("" is 0).
func splitNumeric(out []string, id string) ([]string, bool) {
	for {
		end := strings.IndexAny(id, "._")
		digits := id
		if end >= 0 {
			digits = id[:end]
		}
		if !allDigits(digits) {
			return nil, false
		}
		out = append(out, trimZeros(digits))
		if end < 0 {
			return out, true
		}
		sep := 1
		if strings.HasPrefix(id[end:], "__") {
			sep = 2
		}
		id = id[end+sep:]
	}
}
