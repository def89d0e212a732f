// Package designation owns the identifiers of standards as the world writes
// them, such as "BS EN ISO 19650-2:2018", "ETSI EN 301 549 V3.2.1 (2021-03)"
// or "NIST SP 800-53 Rev. 5": how they are parsed, printed, compared and
// turned into the normal form that keys the designation index.
//
// It refuses to know which standards exist, who publishes them now, what
// adopts or replaces what, and where in a running text a designation stands.
// It is pure and holds no state. It parses whole designations (Parse), or the
// longest one that a text begins with (ParsePrefix), which is what a scanner
// of running text builds on. Text of no known flavour is an error.
//
// # Canonical form and normal form
//
// String gives the canonical form for people; Parse and String are inverses
// on it. Key gives the normal form: two designations have the same key
// exactly when they designate the same thing, whatever the spelling. Kept
// apart are dated and undated, all parts and series, an edition consolidated
// with its amendment ("+A1:2020") and the amendment alone ("/A1:2020"), a
// draft and the final text, and each level of adoption (ISO, EN ISO, BS EN
// ISO). Not part of the key are the language of a text ("(E)"), the level of
// conformance asked for ("WCAG 2.2 AA"), and a date beside a version that
// already says as much ("V3.2.1 (2021-03)").
//
// # Sources
//
// The forms follow the publishers' own rules: ISO/IEC Directives Part 2
// (clause on references) and ISO's reference numbers, CEN-CENELEC Internal
// Regulations Part 2, BSI's BS 0, the ETSI Drafting Rules, RFC 7322, ITU-T
// A.5, the NIST technical series identifiers, W3C's publication rules, and
// UN/CEFACT's directory names.
package designation
