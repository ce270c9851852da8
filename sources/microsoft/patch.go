package microsoft

import (
	"fmt"
	"unicode/utf8"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// noMark is what stands where our mark was: whether Graph takes a property away
// is not known, and this is none that ParseMark takes for one.
const noMark = "0"

// patch is what a write sends.
type patch struct {
	body     models.Eventable
	empty    bool
	cutTeams bool // the Teams block was cut out
}

// patchOf is the body of the PATCH: only what is different from the event.
func patchOf(event *sources.Event, edit sources.Edit, was shape) (patch, error) {
	p := patch{body: models.NewEvent(), empty: true}
	inside := event.Description
	if edit.Description != nil {
		inside = was.document.fit(*edit.Description)
	}
	if edit.ClearNative && event.Native.Provider != "" && !sources.NativeStays(event) {
		inside, p.cutTeams = cutTeams(inside, event.Native.URL, was.document.isText)
	}
	if inside != event.Description {
		if err := p.putBody(was.document, inside); err != nil {
			return p, err
		}
	}
	p.putPlaces(event, edit, was.places)
	if edit.RequestNative {
		online, teams := true, models.TEAMSFORBUSINESS_ONLINEMEETINGPROVIDERTYPE
		p.body.SetIsOnlineMeeting(&online)
		p.body.SetOnlineMeetingProvider(&teams)
		p.empty = false
	}
	if edit.Mark != nil && *edit.Mark != event.Mark {
		return p, p.putMark(*edit.Mark)
	}
	return p, nil
}

func (p *patch) putBody(d document, inside string) error {
	if n := utf8.RuneCountInString(inside); n > maxDescription {
		return fmt.Errorf("the description would have %d characters, more than %d: %w", n, maxDescription, sources.ErrRefused)
	}
	kind := models.HTML_BODYTYPE
	if d.isText {
		kind = models.TEXT_BODYTYPE
	}
	content := d.close(inside)
	body := models.NewItemBody()
	body.SetContentType(&kind)
	body.SetContent(&content)
	p.body.SetBody(body)
	p.empty = false
	return nil
}

// putPlaces writes the locations: all of them, since Graph replaces them
// together. location itself is never sent, as it would replace booked rooms.
func (p *patch) putPlaces(event *sources.Event, edit sources.Edit, was places) {
	retyped := edit.Location != nil && *edit.Location != event.Location
	withoutTeams := p.cutTeams && len(was.teams) > 0
	if !retyped && !withoutTeams {
		return
	}
	typed := edit.Location
	if !retyped {
		typed = nil
	}
	p.body.SetLocations(was.with(typed, p.cutTeams))
	p.empty = false
}

// putMark writes our property and leaves all others alone.
func (p *patch) putMark(mark sources.Mark) error {
	value := mark.String()
	if mark.Zero() {
		value = noMark
	}
	if len(value) > maxValue {
		return fmt.Errorf("the mark would have %d bytes, more than %d: %w", len(value), maxValue, sources.ErrRefused)
	}
	id := markProperty
	property := models.NewSingleValueLegacyExtendedProperty()
	property.SetId(&id)
	property.SetValue(&value)
	p.body.SetSingleValueExtendedProperties([]models.SingleValueLegacyExtendedPropertyable{property})
	p.empty = false
	return nil
}
