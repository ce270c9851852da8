package apidoc

// Document is the API for people.
type Document struct {
	Title, Version, About string
	Groups                []Group
	Types                 []Type // by name
}

// Group is the operations about one thing, in the order of the document's tags.
type Group struct {
	Name, About string
	Operations  []Operation // by path, then method
}

// Operation is one request that can be made.
type Operation struct {
	ID, Method, Path string
	Summary, About   string
	Open             bool // needs neither token nor session
	Parameters       []Parameter
	Body             *Content // nil: none
	Answers          []Answer // that are good
	Errors           []Answer
}

// Parameter is a part of the address, or a header.
type Parameter struct {
	Name, In    string // In is "path", "query" or "header"
	Type, About string
	Example     string
	Required    bool
}

// Content is what is sent or answered.
type Content struct {
	Kind    string // media type
	Type    string // a name of Document.Types, or words
	Fields  []Field
	Example string // indented JSON; "" for none
}

// Answer is one status that an operation may have.
type Answer struct {
	Status, About string
	Contents      []Content
}

// Type is something that requests or answers consist of.
type Type struct {
	Name   string
	Fields []Field
}

// Field is one field of a type.
type Field struct {
	Name, Type, About string
	Refers            string // the type that it consists of; "" for a plain one
	Required          bool
	Example           string
}
