package microsoft

import (
	"errors"
	"reflect"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/valyala/fastjson"
)

// answers makes the SDK's models out of Graph's answers. The SDK's own way builds
// a tree of every value of an answer first, several allocations for each, and
// fills in every member that a model has: reading a calendar took twice as long.
type answers struct {
	*kjson.JsonParseNodeFactory
	parsers *fastjson.ParserPool // their memory serves one answer after the other
	known   map[reflect.Type]fields
}

func newAnswers() answers {
	return answers{kjson.NewJsonParseNodeFactory(), &fastjson.ParserPool{}, knownFields()}
}

// GetRootParseNode takes an answer for its JSON. The parser is no judge of small
// faults, such as a line break inside a string, but wants the answer whole.
func (f answers) GetRootParseNode(contentType string, content []byte) (serialization.ParseNode, error) {
	if want, err := f.GetValidContentType(); err != nil || contentType != want {
		return nil, errors.New("the answer is not said to be JSON")
	}
	parser := f.parsers.Get()
	value, err := parser.ParseBytes(content)
	if err != nil {
		f.parsers.Put(parser)
		return nil, errors.New("the answer is not JSON") // the parser's own error quotes it
	}
	return &answer{answerNode{value: value, known: f.known}, func() { f.parsers.Put(parser) }}, nil
}

// answer is the whole of an answer. Once the model is made of it, its values are
// gone: models keep copies.
type answer struct {
	answerNode
	release func()
}

// GetObjectValue makes the model that an answer is.
func (a *answer) GetObjectValue(create serialization.ParsableFactory) (serialization.Parsable, error) {
	defer a.release()
	return a.answerNode.GetObjectValue(create)
}

// answerNode is one value of an answer. It decodes what models of events ask for
// most; the rest goes the SDK's own way.
type answerNode struct {
	value         *fastjson.Value
	before, after serialization.ParsableAction
	known         map[reflect.Type]fields
}

func (n *answerNode) null() bool { return n == nil || n.value.Type() == fastjson.TypeNull }

func (n *answerNode) is(kind fastjson.Type) bool { return n.value.Type() == kind }

// inside makes a node of a value inside this one.
func (n *answerNode) inside(value *fastjson.Value) *answerNode {
	return &answerNode{value, n.before, n.after, n.known}
}

// GetChildNode returns an object's member, nil if there is none.
func (n *answerNode) GetChildNode(name string) (serialization.ParseNode, error) {
	if name == "" {
		return nil, errors.New("a member without a name was asked for")
	}
	if n.null() {
		return nil, nil
	}
	member := n.value.GetObject().Get(name)
	if member == nil || member.Type() == fastjson.TypeNull {
		return nil, nil
	}
	return n.inside(member), nil
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
	if n.is(fastjson.TypeObject) {
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

// needless reports whether a member of an object is not worth a model.
func needless(name []byte, of *fastjson.Object) bool {
	if unread[string(name)] {
		return true
	}
	list, ok := doubled[string(name)]
	return ok && len(of.Get(list).GetArray()) > 0
}

// fill hands the members of an object to its model.
func (n *answerNode) fill(model serialization.Parsable) (err error) {
	known := n.known[reflect.TypeOf(model)]
	var others map[string]func(serialization.ParseNode) error // of which most objects have none
	holder, holds := model.(serialization.AdditionalDataHolder)
	object := n.value.GetObject()
	member := n.inside(nil) // one for all: no model keeps the node that it was filled from
	object.Visit(func(name []byte, value *fastjson.Value) {
		// A model's members are nil before they are set.
		if err != nil || value.Type() == fastjson.TypeNull || needless(name, object) {
			return
		}
		member.value = value
		if set := known[string(name)]; set != nil {
			err = set(model, member)
			return
		}
		if others == nil {
			others = model.GetFieldDeserializers()
		}
		if set := others[string(name)]; set != nil {
			err = set(member)
		} else if holds {
			err = add(holder, string(name), member)
		}
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

// GetCollectionOfObjectValues makes models of a list of objects.
func (n *answerNode) GetCollectionOfObjectValues(create serialization.ParsableFactory) ([]serialization.Parsable, error) {
	if n.null() {
		return nil, nil
	}
	if !n.is(fastjson.TypeArray) {
		return nil, errors.New("the value is no list")
	}
	out := []serialization.Parsable{}
	for _, item := range n.value.GetArray() {
		model, err := n.inside(item).GetObjectValue(create)
		if err != nil {
			return nil, err
		}
		out = append(out, model)
	}
	return out, nil
}
