package microsoft

import (
	"errors"
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonText is an answer's JSON with the place of every value in it. Going
// through it once is all that is done for values that nobody asks for.
type jsonText struct {
	text   []byte
	values []jsonValue // in the order of the text; members of an object are a name and a value each
}

// jsonValue is one value: its bytes, and where those inside it end.
type jsonValue struct {
	kind     byte  // { [ " 0 t f n
	escaped  bool  // strings: not to be taken as it stands
	from, to int32 // in the text; a string's quotes included
	next     int32 // index of the value after this one and all inside it
}

// maxNesting is far deeper than any answer of Graph.
const maxNesting = 200

var errNotJSON = errors.New("the answer is not JSON")

// scanJSON finds every value of a text that must be JSON to its last byte.
func scanJSON(text []byte) (*jsonText, error) {
	if len(text) > math.MaxInt32 {
		return nil, errNotJSON
	}
	s := jsonScanner{text: text, values: make([]jsonValue, 0, len(text)/24+1)}
	if !s.value(0) {
		return nil, errNotJSON
	}
	if s.blanks(); s.at != len(text) {
		return nil, errNotJSON
	}
	return &jsonText{text, s.values}, nil
}

// jsonScanner goes through a text. Its methods report whether what they were to
// find was there.
type jsonScanner struct {
	text   []byte
	at     int
	values []jsonValue
}

func (s *jsonScanner) blanks() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next passes over blanks and returns the byte there, 0 at the end.
func (s *jsonScanner) next() byte {
	s.blanks()
	if s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

func (s *jsonScanner) value(depth int) bool {
	index, kind := len(s.values), s.next()
	if kind == '-' || '0' <= kind && kind <= '9' {
		kind = '0'
	}
	s.values = append(s.values, jsonValue{kind: kind, from: int32(s.at)})
	ok := false
	switch kind {
	case '{', '[':
		ok = depth < maxNesting && s.list(kind == '{', depth+1)
	case '"':
		s.values[index].escaped, ok = s.quoted()
	case '0':
		ok = s.number()
	case 't':
		ok = s.word("true")
	case 'f':
		ok = s.word("false")
	case 'n':
		ok = s.word("null")
	}
	s.values[index].to, s.values[index].next = int32(s.at), int32(len(s.values))
	return ok
}

// list goes through an object or an array.
func (s *jsonScanner) list(object bool, depth int) bool {
	end := byte(']')
	if object {
		end = '}'
	}
	s.at++
	if s.next() == end {
		s.at++
		return true
	}
	for {
		if object {
			if s.next() != '"' || !s.value(depth) || s.next() != ':' {
				return false
			}
			s.at++
		}
		if !s.value(depth) {
			return false
		}
		switch s.next() {
		case end:
			s.at++
			return true
		case ',':
			s.at++
		default:
			return false
		}
	}
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for b := range t {
		t[b] = b >= ' ' && b != '"' && b != '\\'
	}
	return t
}()

// quoted goes through a string. One with escapes, or with bytes that are not
// UTF-8, has to be decoded when it is asked for.
func (s *jsonScanner) quoted() (escaped, ok bool) {
	begin := s.at + 1
	for s.at++; ; s.at++ {
		for s.at < len(s.text) && plain[s.text[s.at]] {
			s.at++
		}
		if s.at == len(s.text) {
			return escaped, false
		}
		switch s.text[s.at] {
		case '"':
			s.at++
			return escaped || !utf8.Valid(s.text[begin:s.at-1]), true
		case '\\':
			if escaped = true; !s.escape() {
				return escaped, false
			}
		default:
			return escaped, false
		}
	}
}

// escape goes to the last byte of an escape.
func (s *jsonScanner) escape() bool {
	if s.at++; s.at == len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
	default:
		return false
	}
	for range 4 {
		if s.at++; s.at == len(s.text) || !isHex(s.text[s.at]) {
			return false
		}
	}
	return true
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// number goes through a number: an optional sign, no leading zeros, an optional
// fraction and exponent.
func (s *jsonScanner) number() bool {
	s.optional("-")
	if !s.optional("0") && !s.digits() {
		return false
	}
	if s.optional(".") && !s.digits() {
		return false
	}
	if s.optional("eE") {
		s.optional("+-")
		return s.digits()
	}
	return true
}

// optional passes over one byte if it is any of these.
func (s *jsonScanner) optional(any string) bool {
	if s.at == len(s.text) {
		return false
	}
	for i := range len(any) {
		if s.text[s.at] == any[i] {
			s.at++
			return true
		}
	}
	return false
}

func (s *jsonScanner) digits() (some bool) {
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
		some = true
	}
	return some
}

func (s *jsonScanner) word(word string) bool {
	if len(s.text)-s.at < len(word) || string(s.text[s.at:s.at+len(word)]) != word {
		return false
	}
	s.at += len(word)
	return true
}

// raw is a value's JSON.
func (t *jsonText) raw(v jsonValue) []byte { return t.text[v.from:v.to] }

// stringOf decodes a string, and copies it: nobody who keeps it keeps the answer.
func (t *jsonText) stringOf(v jsonValue) string {
	raw := t.text[v.from+1 : v.to-1]
	if v.escaped {
		return unescape(raw)
	}
	return string(raw)
}

// short are the escapes of one character.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape decodes a string that was found to be one. What is no character
// becomes the sign for that, as in encoding/json.
func unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		switch b := raw[0]; {
		case b == '\\' && raw[1] == 'u':
			r := hex(raw[2:])
			raw = raw[6:]
			if len(raw) > 5 && raw[0] == '\\' && raw[1] == 'u' {
				if pair := utf16.DecodeRune(r, hex(raw[2:])); pair != utf8.RuneError {
					r, raw = pair, raw[6:]
				}
			}
			out = utf8.AppendRune(out, r) // half a pair is no character
		case b == '\\':
			out, raw = append(out, short[raw[1]]), raw[2:]
		case b < utf8.RuneSelf:
			out, raw = append(out, b), raw[1:]
		default:
			r, size := utf8.DecodeRune(raw)
			out, raw = utf8.AppendRune(out, r), raw[size:]
		}
	}
	return string(out)
}

// hex reads the four digits of an escape.
func hex(digits []byte) (r rune) {
	for _, b := range digits[:4] {
		switch {
		case b >= 'a':
			b -= 'a' - 10
		case b >= 'A':
			b -= 'A' - 10
		default:
			b -= '0'
		}
		r = r<<4 | rune(b)
	}
	return r
}

// named reports whether a string is a member's name.
func (t *jsonText) named(v jsonValue, name string) bool {
	raw := t.text[v.from+1 : v.to-1]
	return string(raw) == name || v.escaped && unescape(raw) == name
}
