package document

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTMLText(t *testing.T) {
	tests := map[string]struct{ html, want string }{
		"blocks":                   {"<p>One<p>Two<div>Three</div>four", "One\n\nTwo\n\nThree\n\nfour"},
		"white space":              {"<p>\n  BS EN\n\t ISO <b> 9001</b> </p> ", "BS EN ISO 9001"},
		"inline":                   {"<p>BS <b>EN</b> <a href='http://x/ISO1'>ISO</a><i> 9</i>001", "BS EN ISO 9001"},
		"words that touch":         {"ISO<span>27001</span>", "ISO27001"},
		"line break":               {"a <br>b<br/>c<br><br>d<br>", "a\nb\nc\n\nd"},
		"entities":                 {"R&amp;D &lt;1&gt; ISO&nbsp;1 a&#8209;b &#x2011; &bogus; &copy2020 & &#0;", "R&D <1> ISO\u00a01 a‑b ‑ &bogus; ©2020 & \uFFFD"},
		"white space as entities":  {"a&#32;&#10; b&Tab;c", "a b c"},
		"dropped":                  {"<style>x</style>a<script>if (a<b) {}</script><template>t<template>u</template>v</template><!-- no --> b<noscript>n</noscript><iframe>i</iframe>", "a b"},
		"title":                    {"<!DOCTYPE html><html><head><title>ISO &amp; co</title><meta charset=utf-8><style>x</style></head><body><p>One", "ISO & co\n\nOne"},
		"superscript":              {"RFC 2119<sup>10</sup> says<sup>q</sup> and<sup><a href=#f>1</a></sup>, <SUP>2</SUP>", "RFC 2119¹⁰ says[q] and¹, ²"},
		"bracketed superscript":    {"RFC 2119<sup>[1]</sup>", "RFC 2119[1]"},
		"superscript that is text": {"a<sup>this is a whole <b>sentence</b></sup>", "athis is a whole sentence"},
		"superscript never closed": {"2119<sup>1 and more text follows", "21191 and more text follows"},
		"pre":                      {"<pre>\na  b\n  c &amp;\n</pre>d  e", "a  b\n  c &\n\n\nd e"},
		"list":                     {"<ul><li>ISO 1<li>ISO 2</ul>", "ISO 1\n\nISO 2"},
		"ruby":                     {"<ruby>base<rp>(</rp><rt>kana</rt><rp>)</rp></ruby>", "base"},
		"soft hyphen and wbr":      {"a&shy;b<wbr>c", "a\u00adbc"},
		"broken":                   {"a <b c < d <p", "a"},
		"cdata":                    {"a<![CDATA[b]]>c", "ac"},
		"nothing":                  {"<p></p>", ""},
		"less-than":                {"1 < 2 <3", "1 < 2 <3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if doc := mustRead(t, "a.html", []byte(test.html)); doc.Format != HTML || doc.Text != test.want {
				t.Errorf("got %s %q, want %q", doc.Format, doc.Text, test.want)
			}
		})
	}
}

func TestHTMLPlaces(t *testing.T) {
	doc := mustRead(t, "a.html", []byte(`<html><h1>1 <b>Scope</b></h1>
<p>ISO 27001 &amp; more
<table><caption>Cap</caption><tr><th colspan=2>wide</th><td>é third</td></tr>
<tr><td>a<table><td>inner</table>b</td></tr></table>after
<h2></h2><h3>Next</h3>end<sup>7</sup>`))
	for piece, want := range map[string]Place{
		"1 Scope":   {Line: 1, Column: 11, Heading: "1 Scope"},
		"ISO 27001": {Line: 2, Column: 4, Heading: "1 Scope"},
		"& more":    {Line: 2, Column: 14, Heading: "1 Scope"},
		"Cap":       {Line: 3, Column: 17, Heading: "1 Scope"},
		"wide":      {Line: 3, Column: 48, Heading: "1 Scope", Cell: "table 1, row 1, column 1"},
		"third":     {Line: 3, Column: 63, Heading: "1 Scope", Cell: "table 1, row 1, column 3"},
		"inner":     {Line: 4, Column: 21, Heading: "1 Scope", Cell: "table 1, row 2, column 1, inner table 1, row 1, column 1"},
		"b\n":       {Line: 4, Column: 34, Heading: "1 Scope", Cell: "table 1, row 2, column 1"},
		"after":     {Line: 4, Column: 53, Heading: "1 Scope"},
		"Next":      {Line: 5, Column: 14, Heading: "Next"},
		"end":       {Line: 5, Column: 23, Heading: "Next"},
		"⁷":         {Line: 5, Column: 31, Heading: "Next"},
	} {
		if diff := cmp.Diff(want, placeOf(t, doc, piece)); diff != "" {
			t.Errorf("%q: %s", piece, diff)
		}
	}
}

func TestHTMLSource(t *testing.T) {
	html := "\uFEFF<p>BS EN\r\nISO 1 &amp; <b>ISO</b> 27001 caf\u00e9</p>"
	doc := mustRead(t, "a.html", []byte(html))
	if want := "BS EN ISO 1 & ISO 27001 café"; doc.Text != want {
		t.Fatalf("got %q", doc.Text)
	}
	for piece, want := range map[string]string{
		"BS EN": "BS EN", "ISO 1": "ISO 1", "27001 café": "27001 café",
		"EN ISO": "", "1 &": "", "ISO 27001": "", // white space, an entity, a tag
	} {
		checkSource(t, doc, html, piece, want)
	}
}

func TestHTMLEncodings(t *testing.T) {
	for name, html := range map[string]string{
		"meta":      "<meta charset=iso-8859-1><p>caf\xe9 \x96",
		"shift-jis": "<meta charset=shift_jis><p>\x83J",
		"UTF-16":    "\xFE\xFF\x00<\x00p\x00>\x00a",
		"not named": "<html><p>caf\xe9",
	} {
		want := map[string]string{"meta": "café –", "shift-jis": "カ", "UTF-16": "a", "not named": "café"}[name]
		if doc := mustRead(t, "a.html", []byte(html)); doc.Text != want {
			t.Errorf("%s: got %q, want %q", name, doc.Text, want)
		}
	}
}

// TestXHTML: what is closed at once has no text, and hides none.
func TestXHTML(t *testing.T) {
	for _, head := range []string{`<?xml version="1.0"?><html>`, `<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">`} {
		doc := mustRead(t, "a.xhtml", []byte(head+`<head><title/><script src="a.js"/><style/></head><body><pre/><p>ISO
 9001<textarea/></p><p>RFC 2119</p></body></html>`))
		if want := "ISO 9001\n\nRFC 2119"; doc.Text != want {
			t.Errorf("%s: got %q, want %q", head, doc.Text, want)
		}
	}
}
