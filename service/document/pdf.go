package document

import "context"

func readPDF(context.Context, []byte, *budget) (*Document, error) {
	return nil, unsupported("a PDF", "save it as .docx")
}
