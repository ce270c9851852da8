package google

import "encoding/json"

// event is an event on the wire, in both directions. Members that Google omits
// when they hold their default are omitted here.
type event struct {
	Kind               string      `json:"kind,omitempty"`
	ETag               string      `json:"etag,omitempty"`
	ID                 string      `json:"id,omitempty"`
	Status             string      `json:"status,omitempty"`
	HTMLLink           string      `json:"htmlLink,omitempty"`
	Created            string      `json:"created,omitempty"`
	Updated            string      `json:"updated,omitempty"`
	Summary            string      `json:"summary,omitempty"`
	Description        string      `json:"description,omitempty"`
	Location           string      `json:"location,omitempty"`
	ColorID            string      `json:"colorId,omitempty"`
	EventLabelID       string      `json:"eventLabelId,omitempty"`
	Creator            *principal  `json:"creator,omitempty"`
	Organizer          *principal  `json:"organizer,omitempty"`
	Start              *dateTime   `json:"start,omitempty"`
	End                *dateTime   `json:"end,omitempty"`
	EndTimeUnspecified bool        `json:"endTimeUnspecified,omitempty"`
	Recurrence         []string    `json:"recurrence,omitempty"`
	RecurringEventID   string      `json:"recurringEventId,omitempty"`
	OriginalStartTime  *dateTime   `json:"originalStartTime,omitempty"`
	Transparency       string      `json:"transparency,omitempty"`
	Visibility         string      `json:"visibility,omitempty"`
	ICalUID            string      `json:"iCalUID,omitempty"`
	Sequence           *int32      `json:"sequence,omitempty"`
	Attendees          []attendee  `json:"attendees,omitempty"`
	AttendeesOmitted   bool        `json:"attendeesOmitted,omitempty"`
	Extended           *extended   `json:"extendedProperties,omitempty"`
	HangoutLink        string      `json:"hangoutLink,omitempty"`
	Conference         *conference `json:"conferenceData,omitempty"`

	AnyoneCanAddSelf        bool  `json:"anyoneCanAddSelf,omitempty"`
	GuestsCanInviteOthers   *bool `json:"guestsCanInviteOthers,omitempty"`
	GuestsCanModify         bool  `json:"guestsCanModify,omitempty"`
	GuestsCanSeeOtherGuests *bool `json:"guestsCanSeeOtherGuests,omitempty"`
	PrivateCopy             bool  `json:"privateCopy,omitempty"`
	Locked                  bool  `json:"locked,omitempty"`

	Reminders       *reminders      `json:"reminders,omitempty"`
	Source          *source         `json:"source,omitempty"`
	Attachments     []attachment    `json:"attachments,omitempty"`
	EventType       string          `json:"eventType,omitempty"`
	Gadget          json.RawMessage `json:"gadget,omitempty"`
	WorkingLocation json.RawMessage `json:"workingLocationProperties,omitempty"`
	OutOfOffice     json.RawMessage `json:"outOfOfficeProperties,omitempty"`
	FocusTime       json.RawMessage `json:"focusTimeProperties,omitempty"`
	Birthday        json.RawMessage `json:"birthdayProperties,omitempty"`
}

// principal is an organizer or a creator.
type principal struct {
	ID          string `json:"id,omitempty"`
	Email       string `json:"email,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	Self        bool   `json:"self,omitempty"`
}

type dateTime struct {
	Date     string `json:"date,omitempty"`
	DateTime string `json:"dateTime,omitempty"`
	TimeZone string `json:"timeZone,omitempty"`
}

type attendee struct {
	ID               string `json:"id,omitempty"`
	Email            string `json:"email,omitempty"`
	DisplayName      string `json:"displayName,omitempty"`
	Organizer        bool   `json:"organizer,omitempty"`
	Self             bool   `json:"self,omitempty"`
	Resource         bool   `json:"resource,omitempty"`
	Optional         bool   `json:"optional,omitempty"`
	ResponseStatus   string `json:"responseStatus,omitempty"`
	Comment          string `json:"comment,omitempty"`
	AdditionalGuests int32  `json:"additionalGuests,omitempty"`
	AsyncOperation   string `json:"asyncOperation,omitempty"`
}

type extended struct {
	Private map[string]string `json:"private,omitempty"`
	Shared  map[string]string `json:"shared,omitempty"`
}

type reminders struct {
	UseDefault bool       `json:"useDefault"`
	Overrides  []reminder `json:"overrides,omitempty"`
}

type reminder struct {
	Method  string `json:"method,omitempty"`
	Minutes int32  `json:"minutes"`
}

type source struct {
	URL   string `json:"url,omitempty"`
	Title string `json:"title,omitempty"`
}

type attachment struct {
	FileURL  string `json:"fileUrl,omitempty"`
	Title    string `json:"title,omitempty"`
	MimeType string `json:"mimeType,omitempty"`
	IconLink string `json:"iconLink,omitempty"`
	FileID   string `json:"fileId,omitempty"`
}

type conference struct {
	ConferenceID  string                `json:"conferenceId,omitempty"`
	Solution      *conferenceSolution   `json:"conferenceSolution,omitempty"`
	CreateRequest *createRequest        `json:"createRequest,omitempty"`
	EntryPoints   []entryPoint          `json:"entryPoints,omitempty"`
	Notes         string                `json:"notes,omitempty"`
	Parameters    *conferenceParameters `json:"parameters,omitempty"`
	Signature     string                `json:"signature,omitempty"`
}

type conferenceSolution struct {
	Key     *conferenceKey `json:"key,omitempty"`
	Name    string         `json:"name,omitempty"`
	IconURI string         `json:"iconUri,omitempty"`
}

type conferenceKey struct {
	Type string `json:"type,omitempty"`
}

type createRequest struct {
	RequestID string            `json:"requestId,omitempty"`
	Key       *conferenceKey    `json:"conferenceSolutionKey,omitempty"`
	Status    *conferenceStatus `json:"status,omitempty"`
}

type conferenceStatus struct {
	StatusCode string `json:"statusCode,omitempty"`
}

type entryPoint struct {
	EntryPointType     string   `json:"entryPointType,omitempty"`
	URI                string   `json:"uri,omitempty"`
	Label              string   `json:"label,omitempty"`
	MeetingCode        string   `json:"meetingCode,omitempty"`
	AccessCode         string   `json:"accessCode,omitempty"`
	Passcode           string   `json:"passcode,omitempty"`
	Password           string   `json:"password,omitempty"`
	PIN                string   `json:"pin,omitempty"`
	RegionCode         string   `json:"regionCode,omitempty"`
	EntryPointFeatures []string `json:"entryPointFeatures,omitempty"`
}

type conferenceParameters struct {
	AddOn *addOnParameters `json:"addOnParameters,omitempty"`
}

type addOnParameters struct {
	Parameters map[string]string `json:"parameters,omitempty"`
}

// collection is the body of events.list and events.instances.
type collection struct {
	Kind             string     `json:"kind"`
	ETag             string     `json:"etag"`
	Summary          string     `json:"summary"`
	Description      string     `json:"description,omitempty"`
	Updated          string     `json:"updated"`
	TimeZone         string     `json:"timeZone"`
	AccessRole       string     `json:"accessRole"`
	DefaultReminders []reminder `json:"defaultReminders"`
	NextPageToken    string     `json:"nextPageToken,omitempty"`
	NextSyncToken    string     `json:"nextSyncToken,omitempty"`
	Items            []event    `json:"items"`
}
