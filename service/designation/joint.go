package designation

import (
	"slices"
	"strconv"
)

// jointNumbers are ranges of numbers that ISO and IEC have published under
// jointly and ISO has not alone, in ascending order. Source: the catalogues of
// ISO/IEC JTC 1 and ISO CASCO. It is not complete.
var jointNumbers = [...][2]int{
	{7498, 7498}, {7501, 7501}, {7810, 7813}, {7816, 7816}, {8802, 8802}, {8824, 8825}, {8859, 8859}, {9075, 9075}, {9126, 9126},
	{9594, 9594}, {9796, 9798}, {9834, 9834}, {9899, 9899}, {10118, 10118}, {10373, 10373}, {10646, 10646}, {10918, 10918},
	{11179, 11179}, {11404, 11404}, {11770, 11770}, {11801, 11801}, {13250, 13250}, {13335, 13335}, {13818, 13818},
	{13888, 13888}, {14443, 14443}, {14496, 14496}, {14598, 14598}, {14882, 14882}, {15408, 15408}, {15444, 15444},
	{15504, 15504}, {15693, 15693}, {15939, 15939}, {15946, 15946}, {15948, 15948}, {17000, 17000}, {17011, 17011}, {17020, 17021},
	{17024, 17025}, {17043, 17043}, {17050, 17050}, {17065, 17065}, {17067, 17067}, {18004, 18004}, {18013, 18013},
	{18033, 18033}, {18045, 18045}, {19757, 19757}, {19763, 19763}, {19770, 19770}, {19790, 19790}, {19794, 19795}, {20000, 20000},
	{20889, 20889}, {21827, 21827}, {22123, 22123}, {22989, 22989}, {23008, 23008}, {23053, 23053}, {23894, 23894}, {24727, 24727},
	{24745, 24745}, {24760, 24760}, {25000, 25066}, {26300, 26300}, {27000, 27050}, {27070, 27071}, {27099, 27103}, {27110, 27110},
	{27701, 27701}, {29100, 29101}, {29115, 29115}, {29134, 29134}, {29147, 29147}, {29151, 29151}, {29500, 29500}, {29794, 29794},
	{30107, 30107}, {30111, 30111}, {38500, 38508}, {39794, 39794}, {40500, 40500}, {42001, 42001},
}

// JointForm restores the IEC that a citation has left out: of "ISO 27001" it
// is "ISO/IEC 27001", of "BS EN ISO 27001" "BS EN ISO/IEC 27001". It reports
// false where nothing is known to be left out. The two have different keys:
// that one stands for the other is likely, not certain.
func (id ID) JointForm() (ID, bool) {
	if !id.numbered() {
		return id, false
	}
	last := len(id.Publishers) - 1
	n, err := strconv.Atoi(id.Number)
	if err != nil || id.Publishers[last] != "ISO" {
		return id, false
	}
	_, found := slices.BinarySearchFunc(jointNumbers[:], n, func(r [2]int, n int) int {
		if r[1] < n {
			return -1
		} else if r[0] > n {
			return 1
		}
		return 0
	})
	if !found {
		return id, false
	}
	id = id.clone()
	id.Publishers[last] = "ISO/IEC"
	id.Flavour = flavourOf(id.Publishers[0])
	return id, true
}
