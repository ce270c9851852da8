package microsoft

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Ids are opaque to clients. Regular ids change when an event moves to another
// calendar; immutable ones do not. The id of an occurrence is made from that of
// its series and its date.
const (
	regularHead   = "AAMkA"
	immutableHead = "AAkALg"
	idTail        = "AAA="
	occurrence    = "AFRAAgI" // between a series' id and the date
	exceptionMark = "AFRAAgQ" // the same of an exception that got an id of its own
)

// opaque makes letters that look like an id's; the same for the same text.
func opaque(text string, length int) string {
	sum := sha512.Sum512([]byte(text))
	return base64.URLEncoding.EncodeToString(sum[:63])[:length]
}

// name gives a record its ids, which depend on where it is.
func (r *record) name(c *calendar) {
	if r.master != 0 {
		master := c.events[r.master]
		mark := occurrence
		if r.ownID {
			mark = exceptionMark
		}
		r.id, r.immutable = occurrenceID(master.id, mark, r.original), occurrenceID(master.immutable, mark, r.original)
		return
	}
	r.id = regularHead + opaque("mailbox "+c.owner, 44) + opaque("folder "+c.id, 40) + opaque(fmt.Sprint("item ", r.num), 28) + idTail
	r.immutable = immutableHead + opaque("mailbox "+c.owner, 44) + opaque(fmt.Sprint("immutable ", r.num), 64) + idTail
}

func occurrenceID(series, mark string, original time.Time) string {
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(original.Unix()))
	return strings.TrimSuffix(series, idTail) + mark + base64.RawURLEncoding.EncodeToString(stamp[:]) + "EAAA=="
}

// splitOccurrenceID takes an occurrence's id apart.
func splitOccurrenceID(id string) (series string, original time.Time, ok bool) {
	for _, mark := range []string{occurrence, exceptionMark} {
		at := strings.LastIndex(id, mark)
		if at < 0 {
			continue
		}
		stamp, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(id[at+len(mark):], "EAAA=="))
		if err == nil && len(stamp) == 8 {
			return id[:at] + idTail, time.Unix(int64(binary.BigEndian.Uint64(stamp)), 0).UTC(), true
		}
	}
	return "", time.Time{}, false
}

// goid is where an Exchange uid begins; the date of the occurrence follows.
const goid = "040000008200E00074C5B7101A82E008"

// newUID makes the uid of a new event: the same on every attendee's copy.
func (s *Server) newUID() string {
	s.made++
	sum := sha512.Sum512(fmt.Appendf(nil, "uid %d", s.made))
	ticks := s.now().Unix()*10_000_000 + 116444736000000000
	return fmt.Sprintf("%s00000000%016X000000000000000010000000%X", goid, ticks, sum[:16])
}

// uidOf is the uid as it is shown: Exchange's own differ for every occurrence,
// those of other systems are the same for a whole series.
func (r *record) uidOf() string {
	if r.master == 0 || !strings.HasPrefix(r.uid, goid) || len(r.uid) < len(goid)+8 {
		return r.uid
	}
	at := r.original
	if !r.AllDay {
		at = at.In(r.Start.location(false))
	}
	return goid + fmt.Sprintf("%04X%02X%02X", at.Year(), int(at.Month()), at.Day()) + r.uid[len(goid)+8:]
}

// changeKey is the version of a record.
func changeKey(seq int64) string {
	raw := make([]byte, 20)
	copy(raw, "!;\x01\x00slotsim\x7f\xfe\x00")
	binary.BigEndian.PutUint64(raw[12:], uint64(seq))
	return base64.StdEncoding.EncodeToString(raw)
}

func etagOf(seq int64) string { return `W/"` + changeKey(seq) + `"` }

// guid derives a GUID from a text.
func guid(text string) string {
	sum := sha512.Sum512([]byte(text))
	return fmt.Sprintf("%x-%x-4%x-a%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])[:36]
}
