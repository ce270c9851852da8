package microsoft

// event is an event on the wire. What has no value is null, as Graph has it.
type event struct {
	Context       string  `json:"@odata.context,omitempty"`
	Type          string  `json:"@odata.type,omitempty"`
	ETag          string  `json:"@odata.etag"`
	ID            string  `json:"id"`
	Created       string  `json:"createdDateTime"`
	Modified      string  `json:"lastModifiedDateTime"`
	ChangeKey     string  `json:"changeKey"`
	TransactionID *string `json:"transactionId"`

	Categories            []string `json:"categories"`
	OriginalStartTimeZone string   `json:"originalStartTimeZone"`
	OriginalEndTimeZone   string   `json:"originalEndTimeZone"`
	ICalUID               string   `json:"iCalUId"`
	ReminderMinutes       int      `json:"reminderMinutesBeforeStart"`
	IsReminderOn          bool     `json:"isReminderOn"`
	HasAttachments        bool     `json:"hasAttachments"`
	Subject               string   `json:"subject"`
	BodyPreview           string   `json:"bodyPreview"`
	Importance            string   `json:"importance"`
	Sensitivity           string   `json:"sensitivity"`
	OriginalStart         *string  `json:"originalStart,omitempty"`
	IsAllDay              bool     `json:"isAllDay"`
	IsCancelled           bool     `json:"isCancelled"`
	IsOrganizer           bool     `json:"isOrganizer"`
	IsDraft               bool     `json:"isDraft"`
	ResponseRequested     bool     `json:"responseRequested"`
	SeriesMasterID        *string  `json:"seriesMasterId"`
	ShowAs                string   `json:"showAs"`
	Kind                  string   `json:"type"`
	WebLink               string   `json:"webLink"`
	AllowProposals        bool     `json:"allowNewTimeProposals"`
	HideAttendees         bool     `json:"hideAttendees"`
	IsOnlineMeeting       bool     `json:"isOnlineMeeting"`
	OnlineMeetingProvider string   `json:"onlineMeetingProvider"`
	OnlineMeetingURL      *string  `json:"onlineMeetingUrl"`

	ResponseStatus *response      `json:"responseStatus"`
	Body           *body          `json:"body"`
	Start          *dateTime      `json:"start"`
	End            *dateTime      `json:"end"`
	Location       *location      `json:"location"`
	Locations      []location     `json:"locations"`
	Recurrence     *recurrence    `json:"recurrence"`
	Attendees      []attendee     `json:"attendees"`
	Organizer      *recipient     `json:"organizer"`
	OnlineMeeting  *onlineMeeting `json:"onlineMeeting"`

	CancelledOccurrences []string   `json:"cancelledOccurrences,omitempty"` // only if selected
	ExceptionOccurrences []event    `json:"exceptionOccurrences,omitempty"` // only if expanded
	Instances            []event    `json:"instances,omitempty"`            // only if expanded
	Properties           []property `json:"singleValueExtendedProperties,omitempty"`
	Calendar             any        `json:"calendar,omitempty"`
}

// bare is an occurrence as delta gives it.
type bare struct {
	Type           string    `json:"@odata.type"`
	ETag           string    `json:"@odata.etag"`
	ID             string    `json:"id"`
	SeriesMasterID string    `json:"seriesMasterId"`
	Kind           string    `json:"type"`
	Start          *dateTime `json:"start"`
	End            *dateTime `json:"end"`
}

// removed is what delta says of an event that went.
type removed struct {
	Type    string `json:"@odata.type"`
	ID      string `json:"id"`
	Removed struct {
		Reason string `json:"reason"`
	} `json:"@removed"`
}

const eventType = "#microsoft.graph.event"

type body struct {
	ContentType string `json:"contentType"` // "html" or "text"
	Content     string `json:"content"`
}

type dateTime struct {
	DateTime string `json:"dateTime"` // without an offset
	TimeZone string `json:"timeZone"`
}

type emailAddress struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

type recipient struct {
	EmailAddress emailAddress `json:"emailAddress"`
}

type response struct {
	Response string `json:"response"`
	Time     string `json:"time"`
}

type attendee struct {
	Kind         string       `json:"type"` // required, optional, resource
	Status       *response    `json:"status"`
	EmailAddress emailAddress `json:"emailAddress"`
	Proposed     any          `json:"proposedNewTime,omitempty"`
}

type location struct {
	DisplayName  string       `json:"displayName"`
	URI          string       `json:"locationUri,omitempty"`
	EmailAddress string       `json:"locationEmailAddress,omitempty"`
	LocationType string       `json:"locationType"`
	UniqueID     string       `json:"uniqueId,omitempty"`
	UniqueIDType string       `json:"uniqueIdType"`
	Address      *address     `json:"address,omitempty"`
	Coordinates  *coordinates `json:"coordinates,omitempty"`
}

type address struct {
	Street          string `json:"street,omitempty"`
	City            string `json:"city,omitempty"`
	State           string `json:"state,omitempty"`
	CountryOrRegion string `json:"countryOrRegion,omitempty"`
	PostalCode      string `json:"postalCode,omitempty"`
}

type coordinates struct {
	Latitude         *float64 `json:"latitude,omitempty"`
	Longitude        *float64 `json:"longitude,omitempty"`
	Accuracy         *float64 `json:"accuracy,omitempty"`
	Altitude         *float64 `json:"altitude,omitempty"`
	AltitudeAccuracy *float64 `json:"altitudeAccuracy,omitempty"`
}

type onlineMeeting struct {
	JoinURL         string   `json:"joinUrl"`
	ConferenceID    string   `json:"conferenceId,omitempty"`
	TollNumber      string   `json:"tollNumber,omitempty"`
	TollFreeNumbers []string `json:"tollFreeNumbers,omitempty"`
	QuickDial       string   `json:"quickDial,omitempty"`
	Phones          []phone  `json:"phones,omitempty"`
}

type phone struct {
	Type     string `json:"type"`
	Number   string `json:"number"`
	Region   string `json:"region,omitempty"`
	Language string `json:"language,omitempty"`
}

// property is a single-value extended property: a note of an app's own.
type property struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

type recurrence struct {
	Pattern *pattern `json:"pattern"`
	Range   *span    `json:"range"`
}

type pattern struct {
	Type           string   `json:"type"`
	Interval       int      `json:"interval"`
	Month          int      `json:"month"`
	DayOfMonth     int      `json:"dayOfMonth"`
	DaysOfWeek     []string `json:"daysOfWeek,omitempty"`
	FirstDayOfWeek string   `json:"firstDayOfWeek"`
	Index          string   `json:"index"`
}

type span struct {
	Type                string `json:"type"`
	StartDate           string `json:"startDate"`
	EndDate             string `json:"endDate"`
	RecurrenceTimeZone  string `json:"recurrenceTimeZone"`
	NumberOfOccurrences int    `json:"numberOfOccurrences"`
}
