package microsoft

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// prefer is what a request's Prefer headers ask for. They hold for this request
// only: nothing of them is kept in tokens or links.
type prefer struct {
	zone      string
	loc       *time.Location
	pageSize  int // 0: not said
	immutable bool
	text      bool
	applied   []string // for Preference-Applied
}

var preference = regexp.MustCompile(`([A-Za-z.\-]+)\s*=\s*("[^"]*"|[^,;\s]+)`)

// readPrefer reads every Prefer line; several wishes may stand on one.
func readPrefer(h http.Header) (prefer, *problem) {
	p := prefer{zone: "UTC", loc: time.UTC}
	for _, line := range h.Values("Prefer") {
		for _, m := range preference.FindAllStringSubmatch(line, -1) {
			value := strings.Trim(m[2], `"`)
			switch strings.ToLower(m[1]) {
			case "outlook.timezone":
				loc, ok := zoneNamed(value)
				if !ok {
					return p, invalidRequest("TimeZoneNotSupportedException",
						"A valid TimeZone value must be specified. The following TimeZone value is not supported: '"+value+"'.")
				}
				p.zone, p.loc = value, loc
			case "odata.maxpagesize":
				n, err := strconv.Atoi(value)
				if err != nil || n < 1 {
					return p, invalidRequest("ErrorInvalidRequest", "The value of odata.maxpagesize is invalid.")
				}
				p.pageSize = n
			case "idtype":
				p.immutable = strings.EqualFold(value, "ImmutableId")
			case "outlook.body-content-type":
				p.text = strings.EqualFold(value, "text")
			default:
				continue
			}
			p.applied = append(p.applied, m[1]+"="+m[2])
		}
	}
	return p, nil
}
