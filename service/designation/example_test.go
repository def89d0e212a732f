package designation_test

import (
	"fmt"

	"github.com/etalon-registry/etalon/service/designation"
)

func ExampleParse() {
	id, err := designation.Parse("bs en iso 19650\u20112 : 2018")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id)
	fmt.Println(id.Key())
	fmt.Println(id.Undated())
	fmt.Println(id.Prefixes())
	for low, ok := id.Adopts(); ok; low, ok = low.Adopts() {
		fmt.Println("adopts", low)
	}
	// Output:
	// BS EN ISO 19650-2:2018
	// bs en iso 19650-2:2018
	// BS EN ISO 19650-2
	// [BS EN ISO BS EN BS]
	// adopts EN ISO 19650-2:2018
	// adopts ISO 19650-2:2018
}

func ExampleParsePrefix() {
	text := "RFC 3339 and ISO 8601-1:2019/Amd 1:2022."
	for len(text) > 0 {
		id, n, err := designation.ParsePrefix(text)
		if err != nil {
			n = 1
		} else {
			fmt.Println(id)
		}
		text = text[n:]
	}
	// Output:
	// RFC 3339
	// ISO 8601-1:2019/Amd 1:2022
}
