package document

import (
	"sort"
	"strings"
)

// readMarkdown reads Markdown: its text is the source, markup and all.
func readMarkdown(data []byte, b *budget) (*Document, error) {
	src, err := plainSource(data, b)
	if err != nil {
		return nil, err
	}
	headings, err := markdownHeadings(src.text, b)
	if err != nil {
		return nil, err
	}
	return src.document(Markdown, func(offset int, place *Place) {
		i := sort.Search(len(headings), func(i int) bool { return int(headings[i]) > offset }) - 1
		if i >= 0 {
			place.Heading = markdownTitle(src.text[headings[i]:])
		}
	}), nil
}

// markdownHeadings gives the offsets at which headings begin: lines after
// "#" to "######", and paragraphs underlined with "=" or "-". Front matter,
// fenced and indented code have none.
func markdownHeadings(text string, b *budget) ([]int32, error) {
	var (
		found     []int32
		fence     string // that closes the code block we are in
		paragraph = -1   // where the paragraph begins that this line may go on
		steps     int
	)
	for at, next := frontMatter(text), 0; at <= len(text); at = next {
		var end int
		end, next = nextLine(text, at)
		if steps++; steps%8192 == 0 {
			if err := b.stop(); err != nil {
				return nil, err
			}
		}
		columns, lead := indent(text[at:end])
		line := strings.TrimRight(text[at+lead:end], " \t")
		switch {
		case fence != "":
			if columns < 4 && len(line) >= len(fence) && strings.Trim(line, fence[:1]) == "" {
				fence = ""
			}
		case line == "":
			paragraph = -1
		case columns >= 4: // code, or the paragraph goes on
		case openFence(line) != "":
			fence, paragraph = openFence(line), -1
		case atxLevel(line) > 0:
			if strings.Trim(line, "# \t") != "" {
				found = append(found, int32(at))
			}
			paragraph = -1
		case paragraph >= 0 && isUnderline(line):
			found = append(found, int32(paragraph))
			paragraph = -1
		case isUnderline(line), isBlockStart(line):
			paragraph = -1
		case paragraph < 0:
			paragraph = at
		}
	}
	return found, nil
}

// frontMatter gives the offset after the YAML or TOML that a page may begin
// with.
func frontMatter(text string) int {
	for _, mark := range []string{"---", "+++"} {
		if !strings.HasPrefix(text, mark+"\n") {
			continue
		}
		for at := len(mark) + 1; at <= len(text); {
			end, next := nextLine(text, at)
			if line := strings.TrimRight(text[at:end], " \t"); line == mark || mark == "---" && line == "..." {
				return min(next, len(text))
			}
			at = next
		}
	}
	return 0
}

// openFence gives the shortest line that closes the code block which line
// opens, or "".
func openFence(line string) string {
	for _, mark := range []string{"`", "~"} {
		n := len(line) - len(strings.TrimLeft(line, mark))
		if n >= 3 && (mark == "~" || !strings.Contains(line[n:], mark)) {
			return line[:n]
		}
	}
	return ""
}

func atxLevel(line string) int {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	if n > 6 || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	return n
}

func isUnderline(line string) bool {
	return strings.Trim(line, "=") == "" || strings.Trim(line, "-") == ""
}

// isBlockStart tells lines that are no paragraph which an underline could make
// a heading: lists, quotes, tables.
func isBlockStart(line string) bool {
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "|") ||
		strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "+ ")
}

// markdownTitle is the heading that text begins with.
func markdownTitle(text string) string {
	text = text[:runeStart(text, min(len(text), 8*maxTitle))]
	end, next := nextLine(text, 0)
	first := strings.TrimSpace(text[:end])
	if n := atxLevel(first); n > 0 {
		first = strings.TrimSpace(first[n:])
		if bare := strings.TrimRight(first, "#"); bare == "" || strings.HasSuffix(bare, " ") || strings.HasSuffix(bare, "\t") {
			first = bare
		}
		return title(first)
	}
	for next <= len(text) {
		end, after := nextLine(text, next)
		if isUnderline(strings.TrimSpace(text[next:end])) {
			break
		}
		next = after
	}
	return title(text[:min(next, len(text))])
}
