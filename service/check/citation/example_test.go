package citation_test

import (
	"fmt"

	"github.com/etalon-registry/etalon/service/check/citation"
)

func ExampleScan() {
	text := "Suppliers hold ISO/IEC 27001:2022, 27017 and 27018, and follow clause 4 of RFC 2119."
	for _, c := range citation.Scan(text) {
		fmt.Printf("%d-%d %q is %s, place %q\n", c.Start, c.End, c.Text, c.ID, c.Clause)
	}
	// Output:
	// 15-33 "ISO/IEC 27001:2022" is ISO/IEC 27001:2022, place ""
	// 35-40 "27017" is ISO/IEC 27017, place ""
	// 45-50 "27018" is ISO/IEC 27018, place ""
	// 75-83 "RFC 2119" is RFC 2119, place "clause 4"
}
