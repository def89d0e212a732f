package search

// merge makes one segment of several, without their dead documents.
func merge(in []liveSegment) *segment {
	out := new(segment)
	docs, terms := 0, 0
	for i := range in {
		docs += in[i].live()
		terms = max(terms, in[i].terms())
	}
	out.groups = make([]uint32, 0, docs)
	out.parts = make([]string, 0, docs)
	out.members = make([]int32, 0, docs)
	numbers := make([][]uint32, len(in)) // by segment and document: the new number
	for i := range in {
		s := &in[i]
		numbers[i] = make([]uint32, s.docs())
		for d := range uint32(s.docs()) {
			if !s.alive(d) {
				continue
			}
			numbers[i][d] = uint32(out.docs())
			out.groups = append(out.groups, s.groups[d])
			out.parts = append(out.parts, s.parts[d])
			out.members = append(out.members, s.members[d])
		}
	}
	w := newWriterOf(out, terms)
	at := make([]int, len(in))
	for {
		term, ok := lowest(in, at)
		if !ok {
			return w.close()
		}
		begun := false
		for i := range in {
			s := &in[i]
			if at[i] >= s.terms() || s.term(at[i]) != term {
				continue
			}
			s.each(at[i], func(doc uint32, weight uint8) bool {
				if !s.alive(doc) {
					return true
				}
				if !begun {
					w.begin(term)
					begun = true
				}
				w.post(numbers[i][doc], weight)
				return true
			})
			at[i]++
		}
	}
}

// lowest is the first term that comes next in any segment.
func lowest(in []liveSegment, at []int) (term string, ok bool) {
	for i := range in {
		if at[i] >= in[i].terms() {
			continue
		}
		if t := in[i].term(at[i]); !ok || t < term {
			term, ok = t, true
		}
	}
	return term, ok
}
