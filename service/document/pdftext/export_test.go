package pdftext

// ReadUnguarded is Read without its net, so that fuzzing finds what falls.
var ReadUnguarded = readFile
