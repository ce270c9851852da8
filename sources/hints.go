package sources

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// hints tell cheaply whether a text can hold any phrase at all: of each phrase
// four letters in a row, its rarest, are looked for everywhere, in one go.
type hints struct {
	places [64]uint64 // a bit for each of 4,096 hashes
	exact  []uint32   // the letters themselves
}

// of chooses the hints of phrases. Tags are found by their '#'.
func (h *hints) of(phrases []*phrase) error {
	chosen := map[string]bool{}
	for _, p := range phrases {
		if p.where == asTag {
			continue
		}
		letters := rarest(p.words, chosen)
		if letters != "" {
			chosen[letters] = true
			h.put(letters)
			continue
		}
		if len(p.words) < 2 || len(p.words[0]) != 3 {
			return fmt.Errorf("%s: %q is too short to be looked for in every text", p.lines[0], p.text)
		}
		for _, blank := range [...]string{" ", "\t", "&", "<", "\u00a0"} { // also as HTML
			h.put((p.words[0] + blank)[:4])
		}
	}
	return nil
}

// frequent are the letters, the most frequent first.
const frequent = "etaoinshrdlcumwfgypbvkjxqz"

// rarest finds the four letters that other texts hold least. Those chosen for
// another phrase come at no cost.
func rarest(words []string, chosen map[string]bool) (best string) {
	most := -1
	for _, word := range words {
		for i := 0; i+4 <= len(word); i++ {
			letters, rarity := word[i:i+4], 0
			if strings.IndexFunc(letters, func(c rune) bool { return !unicode.IsLetter(c) || c >= 0x80 }) >= 0 {
				continue
			}
			for _, c := range letters {
				rarity += strings.IndexRune(frequent, c)
			}
			if chosen[letters] {
				rarity += 4 * len(frequent)
			}
			if rarity > most {
				best, most = letters, rarity
			}
		}
	}
	return best
}

func (h *hints) put(letters string) {
	four := uint32(letters[0]) | uint32(letters[1])<<8 | uint32(letters[2])<<16 | uint32(letters[3])<<24 | smallLetters
	if !slices.Contains(h.exact, four) {
		h.exact = append(h.exact, four)
		place := hintPlace(four)
		h.places[place>>6] |= 1 << (place & 63)
	}
}

// smallLetters makes capitals of four bytes small.
const smallLetters = 0x20202020

// hintPlace is the hash of four bytes, of twelve bits.
func hintPlace(four uint32) uint32 { return four * 2654435761 >> 20 }

// in reports whether a text may hold a phrase.
func (h *hints) in(text string) bool {
	var four uint32
	for i := range len(text) {
		if text[i] == '#' {
			return true
		}
		four = four>>8 | uint32(text[i]|0x20)<<24
		if place := hintPlace(four); h.places[place>>6]>>(place&63)&1 != 0 && i >= 3 && slices.Contains(h.exact, four) {
			return true
		}
	}
	return false
}
