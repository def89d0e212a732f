package check

import "github.com/etalon-registry/etalon/service/designation"

// withYears are the designations of undated citations with the years that
// stand behind them in brackets, each once, and the citations of each.
func (c *checker) withYears() (ids []designation.ID, places [][]int) {
	index := map[string]int{}
	for at := range c.report.Citations {
		cite := &c.report.Citations[at]
		if cite.Year == "" || cite.ID.Fixed() {
			continue
		}
		id := cite.ID
		id.Date = cite.Year
		i, ok := index[id.Key()]
		if !ok {
			i = len(ids)
			index[id.Key()] = i
			ids, places = append(ids, id), append(places, nil)
		}
		places[i] = append(places[i], at)
	}
	return ids, places
}

// takeYears keeps what was found of designations with years: those that are
// editions on record. Any other year may be that of something else.
func (c *checker) takeYears(found []Facts, places [][]int) {
	c.ofYear = map[int]*Facts{}
	for i := range found {
		if found[i].Outcome != OutcomeFound {
			continue
		}
		for _, at := range places[i] {
			c.ofYear[at] = &found[i]
		}
	}
}

// eachEdition calls look with every citation and its facts: with those of the
// edition that a year in brackets names, where there is one.
func (c *checker) eachEdition(look func(at int, cite *Citation, f *Facts)) {
	c.each(func(at int, cite *Citation, f *Facts) {
		if of := c.ofYear[at]; of != nil {
			f = of
		}
		look(at, cite, f)
	})
}
