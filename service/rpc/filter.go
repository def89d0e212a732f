package rpc

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
)

// filterField is a field of an item that a filter may name. Exactly one of
// the functions is set.
type filterField[T any] struct {
	name   string
	text   func(T) string
	list   func(T) []string
	number func(T) int64
	yes    func(T) bool
	when   func(T) time.Time
	// values are what a text or a list may be compared with; empty: anything.
	values []string
}

// filterable knows the fields of one kind of item. It is made once and then
// only read.
type filterable[T any] struct {
	fields       map[string]filterField[T]
	declarations *filtering.Declarations
}

// predicate says whether a filter lets an item through.
type predicate[T any] func(T) bool

// while is keep until ctx is done, and then lets nothing through any more: a
// filter may look at the whole catalogue. The caller has to look at ctx.
func (keep predicate[T]) while(ctx context.Context) predicate[T] {
	if keep == nil {
		return nil
	}
	return func(t T) bool { return ctx.Err() == nil && keep(t) }
}

// Bounds of a filter. The parser recurses, and the time that it takes to find
// out that parentheses are not closed grows faster than their square.
const (
	maxFilter      = 2048 // bytes
	maxFilterDepth = 32   // parentheses within each other
)

// depth is how deep parentheses are nested; those in quotes count too, so that
// it does not hang on how the parser reads quotes.
func depth(filter string) int {
	most, now := 0, 0
	for i := range len(filter) {
		switch filter[i] {
		case '(':
			now++
			most = max(most, now)
		case ')':
			now = max(now-1, 0)
		}
	}
	return most
}

func newFilterable[T any](list ...filterField[T]) *filterable[T] {
	fs := &filterable[T]{fields: map[string]filterField[T]{}}
	options := []filtering.DeclarationOption{filtering.DeclareStandardFunctions()}
	for _, b := range []string{"true", "false"} {
		options = append(options, filtering.DeclareIdent(b, filtering.TypeBool))
	}
	for _, f := range list {
		fs.fields[f.name] = f
		options = append(options, filtering.DeclareIdent(f.name, f.filterType()))
	}
	d, err := filtering.NewDeclarations(options...)
	if err != nil {
		panic(fmt.Sprintf("rpc: filter declarations: %v", err)) // of constants in this package
	}
	fs.declarations = d
	return fs
}

func (f *filterField[T]) filterType() *expr.Type {
	switch {
	case f.list != nil:
		return filtering.TypeList(filtering.TypeString)
	case f.number != nil:
		return filtering.TypeInt
	case f.yes != nil:
		return filtering.TypeBool
	case f.when != nil:
		return filtering.TypeTimestamp
	}
	return filtering.TypeString
}

// compile turns an AIP-160 filter into a predicate; nil for an empty one.
// What is wrong is added to f.
func (fs *filterable[T]) compile(f *fields, filter string) predicate[T] {
	if strings.TrimSpace(filter) == "" {
		return nil
	}
	if len(filter) > maxFilter {
		f.add("filter", "has %d bytes, at most %d are allowed", len(filter), maxFilter)
		return nil
	}
	if n := depth(filter); n > maxFilterDepth {
		f.add("filter", "has parentheses nested %d deep, at most %d are allowed", n, maxFilterDepth)
		return nil
	}
	parsed, err := filtering.ParseFilterString(filter, fs.declarations)
	if err == nil {
		var p predicate[T]
		if p, err = fs.build(parsed.CheckedExpr.GetExpr()); err == nil {
			return p
		}
	}
	f.add("filter", "%s; fields are %s", filterProblem(err), strings.Join(fs.names(), ", "))
	return nil
}

// filterPlace is how the parser marks where it was, on a line for each rule
// that it tried; the last is the innermost.
var filterPlace = regexp.MustCompile(`\((\d+):(\d+)\)`)

// filterProblem says on one line what is wrong with a filter.
func filterProblem(err error) string {
	text := err.Error()
	places := filterPlace.FindAllStringSubmatch(text, -1)
	if !strings.Contains(text, "\n") || len(places) == 0 {
		return strings.Join(strings.Fields(text), " ")
	}
	last := places[len(places)-1]
	if last[1] != "1" {
		return "can't be read at line " + last[1] + ", character " + last[2]
	}
	return "can't be read at character " + last[2]
}

func (fs *filterable[T]) names() []string {
	var out []string
	for n := range fs.fields {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (fs *filterable[T]) build(e *expr.Expr) (predicate[T], error) {
	call := e.GetCallExpr()
	if call == nil {
		return fs.bare(e)
	}
	switch call.GetFunction() {
	case filtering.FunctionAnd, filtering.FunctionOr, filtering.FunctionFuzzyAnd:
		return fs.junction(call)
	case filtering.FunctionNot:
		p, err := fs.build(call.GetArgs()[0])
		if err != nil {
			return nil, err
		}
		return func(t T) bool { return !p(t) }, nil
	}
	return fs.comparison(call)
}

// bare is a field or a constant that stands alone: "prerelease", "NOT true".
func (fs *filterable[T]) bare(e *expr.Expr) (predicate[T], error) {
	switch name := e.GetIdentExpr().GetName(); name {
	case "true", "false":
		return func(T) bool { return name == "true" }, nil
	default:
		if f, ok := fs.fields[name]; ok && f.yes != nil {
			return f.yes, nil
		}
	}
	return nil, errors.New(`a bare value does not say what to compare; write field = "value"`)
}

func (fs *filterable[T]) junction(call *expr.Expr_Call) (predicate[T], error) {
	a, err := fs.build(call.GetArgs()[0])
	if err != nil {
		return nil, err
	}
	b, err := fs.build(call.GetArgs()[1])
	if err != nil {
		return nil, err
	}
	if call.GetFunction() == filtering.FunctionOr {
		return func(t T) bool { return a(t) || b(t) }, nil
	}
	return func(t T) bool { return a(t) && b(t) }, nil
}

func (fs *filterable[T]) comparison(call *expr.Expr_Call) (predicate[T], error) {
	op, args := call.GetFunction(), call.GetArgs()
	if len(args) != 2 {
		return nil, fmt.Errorf("%s can't stand alone", op)
	}
	name := args[0].GetIdentExpr().GetName()
	f, ok := fs.fields[name]
	if !ok {
		return nil, fmt.Errorf("the left side of %s wants to be a field", op)
	}
	switch {
	case f.number != nil:
		c, ok := args[1].GetConstExpr().GetConstantKind().(*expr.Constant_Int64Value)
		if !ok {
			return nil, fmt.Errorf("%s wants a whole number", name)
		}
		return ordered(op, func(t T) int { return compareInt(f.number(t), c.Int64Value) })
	case f.yes != nil:
		return boolean(op, name, f.yes, args[1])
	case f.when != nil:
		at, err := instant(args[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return ordered(op, func(t T) int { return f.when(t).Compare(at) })
	}
	want, ok := constantText(args[1])
	if !ok {
		return nil, fmt.Errorf("%s wants a text in quotes", name)
	}
	if len(f.values) > 0 && !slices.ContainsFunc(f.values, func(v string) bool { return strings.EqualFold(v, want) }) {
		return nil, fmt.Errorf("%s is never %q; values are %s", name, want, strings.Join(f.values, ", "))
	}
	if f.list != nil {
		if op != filtering.FunctionHas {
			return nil, fmt.Errorf("%s is a list; write %s:%q", name, name, want)
		}
		return func(t T) bool {
			return slices.ContainsFunc(f.list(t), func(s string) bool { return matches(s, want) })
		}, nil
	}
	return text(op, f.text, want)
}

func text[T any](op string, get func(T) string, want string) (predicate[T], error) {
	switch op {
	case filtering.FunctionHas:
		low := strings.ToLower(want)
		return func(t T) bool { return strings.Contains(strings.ToLower(get(t)), low) }, nil
	case filtering.FunctionEquals:
		return func(t T) bool { return matches(get(t), want) }, nil
	case filtering.FunctionNotEquals:
		return func(t T) bool { return !matches(get(t), want) }, nil
	}
	return ordered(op, func(t T) int { return strings.Compare(get(t), want) })
}

func boolean[T any](op, name string, get func(T) bool, arg *expr.Expr) (predicate[T], error) {
	var want bool
	switch arg.GetIdentExpr().GetName() {
	case "true":
		want = true
	case "false":
	default:
		return nil, fmt.Errorf("%s wants true or false", name)
	}
	switch op {
	case filtering.FunctionEquals:
		return func(t T) bool { return get(t) == want }, nil
	case filtering.FunctionNotEquals:
		return func(t T) bool { return get(t) != want }, nil
	}
	return nil, fmt.Errorf("%s can be compared with = and != only", name)
}

func ordered[T any](op string, compare func(T) int) (predicate[T], error) {
	switch op {
	case filtering.FunctionEquals:
		return func(t T) bool { return compare(t) == 0 }, nil
	case filtering.FunctionNotEquals:
		return func(t T) bool { return compare(t) != 0 }, nil
	case filtering.FunctionLessThan:
		return func(t T) bool { return compare(t) < 0 }, nil
	case filtering.FunctionLessEquals:
		return func(t T) bool { return compare(t) <= 0 }, nil
	case filtering.FunctionGreaterThan:
		return func(t T) bool { return compare(t) > 0 }, nil
	case filtering.FunctionGreaterEquals:
		return func(t T) bool { return compare(t) >= 0 }, nil
	}
	return nil, fmt.Errorf("%s does not go with this field", op)
}

// matches compares without letter case; a "*" at an end of want stands for
// anything.
func matches(s, want string) bool {
	head, tail := strings.HasPrefix(want, "*"), strings.HasSuffix(want, "*")
	want = strings.Trim(want, "*")
	switch {
	case head && tail:
		return strings.Contains(strings.ToLower(s), strings.ToLower(want))
	case head:
		return len(s) >= len(want) && strings.EqualFold(s[len(s)-len(want):], want)
	case tail:
		return len(s) >= len(want) && strings.EqualFold(s[:len(want)], want)
	}
	return strings.EqualFold(s, want)
}

func constantText(e *expr.Expr) (string, bool) {
	c, ok := e.GetConstExpr().GetConstantKind().(*expr.Constant_StringValue)
	if !ok {
		return "", false
	}
	return c.StringValue, true
}

// instant reads a time: "2024-10-01T12:00:00Z", with or without timestamp()
// around it. The checker has looked at its form.
func instant(e *expr.Expr) (time.Time, error) {
	if call := e.GetCallExpr(); call != nil && call.GetFunction() == filtering.FunctionTimestamp {
		e = call.GetArgs()[0]
	}
	s, _ := constantText(e)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time; write %q", s, "2024-10-01T12:00:00Z")
	}
	return t, nil
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
