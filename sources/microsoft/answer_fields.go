package microsoft

import (
	"reflect"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// field sets one member of a model.
type field func(model serialization.Parsable, value *answerNode) error

// fields are the members of a model that nearly every event has, by name. The
// SDK makes a table of all members anew for every single object; these are made
// once. What is not here goes the SDK's way.
type fields map[string]field

// knownFields makes the tables, by the model's type.
func knownFields() map[reflect.Type]fields {
	return map[reflect.Type]fields{
		reflect.TypeFor[*models.Event](): eventFields(),
		reflect.TypeFor[*models.Attendee](): {
			"type":         wordField((*models.Attendee).SetTypeEscaped, models.ParseAttendeeType),
			"emailAddress": objectField((*models.Attendee).SetEmailAddress, models.CreateEmailAddressFromDiscriminatorValue),
		},
		reflect.TypeFor[*models.Recipient](): {
			"emailAddress": objectField((*models.Recipient).SetEmailAddress, models.CreateEmailAddressFromDiscriminatorValue),
		},
		reflect.TypeFor[*models.EmailAddress](): {
			"name":    textField((*models.EmailAddress).SetName),
			"address": textField((*models.EmailAddress).SetAddress),
		},
		reflect.TypeFor[*models.ItemBody](): {
			"contentType": wordField((*models.ItemBody).SetContentType, models.ParseBodyType),
			"content":     textField((*models.ItemBody).SetContent),
		},
		reflect.TypeFor[*models.DateTimeTimeZone](): {
			"dateTime": textField((*models.DateTimeTimeZone).SetDateTime),
			"timeZone": textField((*models.DateTimeTimeZone).SetTimeZone),
		},
		reflect.TypeFor[*models.Location](): {
			"displayName":  textField((*models.Location).SetDisplayName),
			"locationType": wordField((*models.Location).SetLocationType, models.ParseLocationType),
			"uniqueId":     textField((*models.Location).SetUniqueId),
			"uniqueIdType": wordField((*models.Location).SetUniqueIdType, models.ParseLocationUniqueIdType),
		},
		reflect.TypeFor[*models.ResponseStatus](): {
			"response": wordField((*models.ResponseStatus).SetResponse, models.ParseResponseType),
		},
		reflect.TypeFor[*models.SingleValueLegacyExtendedProperty](): {
			"id":    textField((*models.SingleValueLegacyExtendedProperty).SetId),
			"value": textField((*models.SingleValueLegacyExtendedProperty).SetValue),
		},
	}
}

func eventFields() fields {
	type event = *models.Event
	return fields{
		"@odata.etag":           extraField("@odata.etag"),
		"id":                    textField(event.SetId),
		"iCalUId":               textField(event.SetICalUId),
		"createdDateTime":       instantField(event.SetCreatedDateTime),
		"lastModifiedDateTime":  instantField(event.SetLastModifiedDateTime),
		"subject":               textField(event.SetSubject),
		"body":                  objectField(event.SetBody, models.CreateItemBodyFromDiscriminatorValue),
		"start":                 objectField(event.SetStart, models.CreateDateTimeTimeZoneFromDiscriminatorValue),
		"end":                   objectField(event.SetEnd, models.CreateDateTimeTimeZoneFromDiscriminatorValue),
		"originalStartTimeZone": textField(event.SetOriginalStartTimeZone),
		"locations":             listField(event.SetLocations, models.CreateLocationFromDiscriminatorValue),
		"attendees":             listField(event.SetAttendees, models.CreateAttendeeFromDiscriminatorValue),
		"organizer":             objectField(event.SetOrganizer, models.CreateRecipientFromDiscriminatorValue),
		"responseStatus":        objectField(event.SetResponseStatus, models.CreateResponseStatusFromDiscriminatorValue),
		"isAllDay":              yesField(event.SetIsAllDay),
		"isCancelled":           yesField(event.SetIsCancelled),
		"isDraft":               yesField(event.SetIsDraft),
		"isOrganizer":           yesField(event.SetIsOrganizer),
		"isOnlineMeeting":       yesField(event.SetIsOnlineMeeting),
		"onlineMeetingProvider": wordField(event.SetOnlineMeetingProvider, models.ParseOnlineMeetingProviderType),
		"sensitivity":           wordField(event.SetSensitivity, models.ParseSensitivity),
		"showAs":                wordField(event.SetShowAs, models.ParseFreeBusyStatus),
		"type":                  wordField(event.SetTypeEscaped, models.ParseEventType),
		"singleValueExtendedProperties": listField(event.SetSingleValueExtendedProperties,
			models.CreateSingleValueLegacyExtendedPropertyFromDiscriminatorValue),
	}
}

func textField[M any](set func(M, *string)) field {
	return plainField(set, (*answerNode).GetStringValue)
}

func yesField[M any](set func(M, *bool)) field {
	return plainField(set, (*answerNode).GetBoolValue)
}

func instantField[M any](set func(M, *time.Time)) field {
	return plainField(set, (*answerNode).GetTimeValue)
}

func plainField[M, V any](set func(M, *V), get func(*answerNode) (*V, error)) field {
	return func(model serialization.Parsable, value *answerNode) error {
		v, err := get(value)
		if err == nil {
			set(any(model).(M), v)
		}
		return err
	}
}

// wordField sets one of several words. A word that the SDK does not know is left out, as it does.
func wordField[M, V any](set func(M, *V), parse serialization.EnumFactory) field {
	return func(model serialization.Parsable, value *answerNode) error {
		v, err := value.GetEnumValue(parse)
		if word, ok := v.(*V); err == nil && ok {
			set(any(model).(M), word)
		}
		return err
	}
}

func objectField[M, V any](set func(M, V), create serialization.ParsableFactory) field {
	return func(model serialization.Parsable, value *answerNode) error {
		made, err := value.GetObjectValue(create)
		if v, ok := made.(V); err == nil && ok {
			set(any(model).(M), v)
		}
		return err
	}
}

func listField[M, V any](set func(M, []V), create serialization.ParsableFactory) field {
	return func(model serialization.Parsable, value *answerNode) error {
		made, err := value.GetCollectionOfObjectValues(create)
		if err != nil {
			return err
		}
		list := make([]V, len(made))
		for i := range made {
			list[i], _ = made[i].(V)
		}
		set(any(model).(M), list)
		return nil
	}
}

// extraField keeps a member that no model has a field for.
func extraField(name string) field {
	return func(model serialization.Parsable, value *answerNode) error {
		return add(model.(serialization.AdditionalDataHolder), name, value)
	}
}
