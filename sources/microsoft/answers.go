package microsoft

import (
	"errors"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kjson "github.com/microsoft/kiota-serialization-json-go"
)

// answers makes the SDK's models out of Graph's answers. The SDK's own way builds
// a tree of every value of an answer first, several allocations for each, and
// fills in every member that a model has: reading a calendar took twice as long.
type answers struct{ *kjson.JsonParseNodeFactory }

func newAnswers() answers { return answers{kjson.NewJsonParseNodeFactory()} }

// GetRootParseNode takes an answer for its JSON.
func (f answers) GetRootParseNode(contentType string, content []byte) (serialization.ParseNode, error) {
	if want, err := f.GetValidContentType(); err != nil || contentType != want {
		return nil, errors.New("the answer is not said to be JSON")
	}
	t, err := scanJSON(content)
	if err != nil {
		return nil, err
	}
	return &answerNode{jsonText: t, value: t.values[0]}, nil
}

// answerNode is one value of an answer. It decodes what models of events ask for
// most; the rest goes the SDK's own way.
type answerNode struct {
	*jsonText
	value         jsonValue
	index         int32
	before, after serialization.ParsableAction
}

func (n *answerNode) null() bool { return n == nil || n.value.kind == 'n' }

// inside is the value at an index inside this one.
func (n *answerNode) inside(index int32) *answerNode {
	return &answerNode{jsonText: n.jsonText, value: n.values[index], index: index, before: n.before, after: n.after}
}

// members goes through an object's members as long as each returns true.
func (n *answerNode) members(each func(name jsonValue, index int32) bool) {
	for i := n.index + 1; i < n.value.next; {
		value := i + 1 // a name has nothing inside it
		if !each(n.values[i], value) {
			return
		}
		i = n.values[value].next
	}
}

// GetChildNode returns an object's member, nil if there is none.
func (n *answerNode) GetChildNode(name string) (serialization.ParseNode, error) {
	if name == "" {
		return nil, errors.New("a member without a name was asked for")
	}
	found := int32(-1)
	if !n.null() && n.value.kind == '{' {
		n.members(func(is jsonValue, index int32) bool {
			if n.named(is, name) {
				found = index // the last of doubles counts
			}
			return true
		})
	}
	if found < 0 || n.values[found].kind == 'n' {
		return nil, nil
	}
	return n.inside(found), nil
}

// GetObjectValue makes a model of an object. Members that the model does not
// know become its additional data.
func (n *answerNode) GetObjectValue(create serialization.ParsableFactory) (serialization.Parsable, error) {
	if n.null() {
		return nil, nil
	}
	if create == nil {
		return nil, errors.New("there is nothing to make a model with")
	}
	model, err := create(n)
	if err != nil {
		return nil, err
	}
	if _, untyped := model.(serialization.UntypedNodeable); untyped {
		return rare(n, func(all *kjson.JsonParseNode) (serialization.Parsable, error) { return all.GetObjectValue(create) })
	}
	abstractions.InvokeParsableAction(n.before, model)
	if n.value.kind == '{' {
		if err := n.fill(model); err != nil {
			return nil, err
		}
	}
	abstractions.InvokeParsableAction(n.after, model)
	return model, nil
}

// unread are members of events, and of what is inside them, that nothing here
// ever looks at. Models are spared them: that is half of what making one takes.
var unread = map[string]bool{
	"allowNewTimeProposals": true, "bodyPreview": true, "categories": true, "changeKey": true, "hasAttachments": true,
	"hideAttendees": true, "importance": true, "isReminderOn": true, "originalEndTimeZone": true,
	"reminderMinutesBeforeStart": true, "responseRequested": true, "transactionId": true, "webLink": true,
	"status": true, "proposedNewTime": true, // of attendees: what they answered
	"time": true, // of an answer: when it was given
}

// doubled are members that say no more than the first of another one's list,
// unless that list is empty.
var doubled = map[string]string{"location": "locations"}

// needless reports whether a member is not worth a model.
func (n *answerNode) needless(name []byte) bool {
	if unread[string(name)] {
		return true
	}
	list, ok := doubled[string(name)]
	return ok && n.lists(list)
}

// lists reports whether a member is a list that is not empty.
func (n *answerNode) lists(name string) (some bool) {
	n.members(func(is jsonValue, index int32) bool {
		if n.named(is, name) {
			some = n.values[index].kind == '[' && n.values[index].next > index+1
		}
		return true
	})
	return some
}

// fill hands the members of an object to its model.
func (n *answerNode) fill(model serialization.Parsable) (err error) {
	fields := model.GetFieldDeserializers()
	// No model keeps the node that it was filled from.
	member := n.inside(n.index)
	n.members(func(name jsonValue, index int32) bool {
		key := n.text[name.from+1 : name.to-1]
		if name.escaped {
			key = []byte(unescape(key))
		}
		if n.needless(key) {
			return true
		}
		*member = answerNode{n.jsonText, n.values[index], index, n.before, n.after}
		if set := fields[string(key)]; set != nil {
			err = set(member)
			return err == nil
		}
		if holder, ok := model.(serialization.AdditionalDataHolder); ok && !member.null() {
			err = add(holder, string(key), member)
		}
		return err == nil
	})
	return err
}

// add keeps a member that a model has no field for.
func add(to serialization.AdditionalDataHolder, name string, member *answerNode) error {
	raw, err := member.GetRawValue()
	if err != nil {
		return err
	}
	data := to.GetAdditionalData()
	if data == nil {
		data = map[string]any{}
		to.SetAdditionalData(data)
	}
	data[name] = raw
	return nil
}

// items goes through an array.
func (n *answerNode) items(each func(item *answerNode) error) error {
	if n.value.kind != '[' {
		return errors.New("the value is no list")
	}
	for i := n.index + 1; i < n.value.next; i = n.values[i].next {
		if err := each(n.inside(i)); err != nil {
			return err
		}
	}
	return nil
}

// GetCollectionOfObjectValues makes models of a list of objects.
func (n *answerNode) GetCollectionOfObjectValues(create serialization.ParsableFactory) ([]serialization.Parsable, error) {
	if n.null() {
		return nil, nil
	}
	out := []serialization.Parsable{}
	err := n.items(func(item *answerNode) error {
		model, err := item.GetObjectValue(create)
		out = append(out, model)
		return err
	})
	return out, err
}
