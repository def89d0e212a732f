package check

func unreadable(c *checker) {
	for _, note := range c.report.Document.Notes {
		c.add(-1, Finding{Message: sentence(note)})
	}
}
