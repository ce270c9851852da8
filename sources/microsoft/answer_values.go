package microsoft

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/valyala/fastjson"
)

// GetStringValue decodes a string.
func (n *answerNode) GetStringValue() (*string, error) {
	if n.null() {
		return nil, nil
	}
	if !n.is(fastjson.TypeString) {
		return nil, fmt.Errorf("a %s is no string", n.value.Type())
	}
	s := strings.ToValidUTF8(string(n.value.GetStringBytes()), "\ufffd")
	return &s, nil
}

// GetBoolValue decodes true or false.
func (n *answerNode) GetBoolValue() (*bool, error) {
	if n.null() {
		return nil, nil
	}
	yes, err := n.value.Bool()
	if err != nil {
		return nil, fmt.Errorf("a %s is neither true nor false", n.value.Type())
	}
	return &yes, nil
}

// GetTimeValue decodes an instant. One without an offset is UTC, in which Graph
// is asked to answer.
func (n *answerNode) GetTimeValue() (*time.Time, error) {
	s, err := n.GetStringValue()
	if s == nil || err != nil {
		return nil, err
	}
	if len(*s) == len("2006-01-02T15:04:05") {
		*s += "Z"
	}
	t, err := time.Parse(time.RFC3339, *s)
	return &t, err
}

// GetEnumValue decodes one of several words.
func (n *answerNode) GetEnumValue(parse serialization.EnumFactory) (any, error) {
	s, err := n.GetStringValue()
	if s == nil || err != nil {
		return nil, err
	}
	if parse == nil {
		return nil, errors.New("there is nothing to make a word's value with")
	}
	return parse(*s)
}

// GetRawValue decodes a value for which there is no model.
func (n *answerNode) GetRawValue() (any, error) {
	if !n.null() && n.is(fastjson.TypeString) {
		return n.GetStringValue()
	}
	return rare(n, (*kjson.JsonParseNode).GetRawValue)
}

// GetOnBeforeAssignFieldValues returns what is told of models before they are filled.
func (n *answerNode) GetOnBeforeAssignFieldValues() serialization.ParsableAction { return n.before }

// SetOnBeforeAssignFieldValues sets it for this value and those inside it.
func (n *answerNode) SetOnBeforeAssignFieldValues(action serialization.ParsableAction) error {
	n.before = action
	return nil
}

// GetOnAfterAssignFieldValues returns what is told of models when they are filled.
func (n *answerNode) GetOnAfterAssignFieldValues() serialization.ParsableAction { return n.after }

// SetOnAfterAssignFieldValues sets it for this value and those inside it.
func (n *answerNode) SetOnAfterAssignFieldValues(action serialization.ParsableAction) error {
	n.after = action
	return nil
}

// rare decodes a value the SDK's own way.
func rare[T any](n *answerNode, get func(*kjson.JsonParseNode) (T, error)) (T, error) {
	var none T
	if n.null() {
		return none, nil
	}
	all, err := kjson.NewJsonParseNode(n.value.MarshalTo(nil))
	if err != nil {
		return none, err
	}
	return get(all)
}

// What events hold seldom or never.

func (n *answerNode) GetCollectionOfPrimitiveValues(kind string) ([]any, error) {
	return rare(n, func(all *kjson.JsonParseNode) ([]any, error) { return all.GetCollectionOfPrimitiveValues(kind) })
}

func (n *answerNode) GetCollectionOfEnumValues(parse serialization.EnumFactory) ([]any, error) {
	return rare(n, func(all *kjson.JsonParseNode) ([]any, error) { return all.GetCollectionOfEnumValues(parse) })
}

func (n *answerNode) GetInt8Value() (*int8, error) {
	return rare(n, (*kjson.JsonParseNode).GetInt8Value)
}

func (n *answerNode) GetByteValue() (*byte, error) {
	return rare(n, (*kjson.JsonParseNode).GetByteValue)
}

func (n *answerNode) GetFloat32Value() (*float32, error) {
	return rare(n, (*kjson.JsonParseNode).GetFloat32Value)
}

func (n *answerNode) GetFloat64Value() (*float64, error) {
	return rare(n, (*kjson.JsonParseNode).GetFloat64Value)
}

func (n *answerNode) GetInt32Value() (*int32, error) {
	return rare(n, (*kjson.JsonParseNode).GetInt32Value)
}

func (n *answerNode) GetInt64Value() (*int64, error) {
	return rare(n, (*kjson.JsonParseNode).GetInt64Value)
}

func (n *answerNode) GetISODurationValue() (*serialization.ISODuration, error) {
	return rare(n, (*kjson.JsonParseNode).GetISODurationValue)
}

func (n *answerNode) GetTimeOnlyValue() (*serialization.TimeOnly, error) {
	return rare(n, (*kjson.JsonParseNode).GetTimeOnlyValue)
}

func (n *answerNode) GetDateOnlyValue() (*serialization.DateOnly, error) {
	return rare(n, (*kjson.JsonParseNode).GetDateOnlyValue)
}

func (n *answerNode) GetUUIDValue() (*uuid.UUID, error) {
	return rare(n, (*kjson.JsonParseNode).GetUUIDValue)
}

func (n *answerNode) GetByteArrayValue() ([]byte, error) {
	return rare(n, (*kjson.JsonParseNode).GetByteArrayValue)
}
