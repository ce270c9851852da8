package apidoc

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the document as a page of Markdown.
func (d *Document) Markdown(w io.Writer) error {
	p := &printer{}
	p.line("# The API")
	p.line("This page is made from the daemon's own `/openapi.json` by `make docs`; do not edit it.")
	p.line("%s", d.About)
	for _, g := range d.Groups {
		p.line("## %s", title(g.Name))
		p.line("%s", g.About)
		for _, op := range g.Operations {
			p.operation(&op)
		}
	}
	p.line("## Types")
	for _, t := range d.Types {
		p.line("### %s", t.Name)
		p.fields(t.Fields)
	}
	_, err := io.WriteString(w, strings.TrimRight(p.String(), "\n")+"\n")
	return err
}

// title is a tag as a heading.
func title(tag string) string {
	if tag == "oauth" {
		return "OAuth"
	}
	return strings.ToUpper(tag[:1]) + tag[1:]
}

// printer collects paragraphs.
type printer struct{ strings.Builder }

// line writes a paragraph; an empty one is left out.
func (p *printer) line(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); text != "" {
		p.WriteString(text + "\n\n")
	}
}

func (p *printer) operation(op *Operation) {
	p.line("### %s", op.Summary)
	open := ""
	if op.Open {
		open = " (needs no token)"
	}
	p.line("`%s %s`%s", op.Method, op.Path, open)
	p.line("%s", op.About)
	if len(op.Parameters) > 0 {
		p.row("Parameter", "Where", "What", "About")
		p.row("---", "---", "---", "---")
		for _, one := range op.Parameters {
			where := one.In
			if one.Required && one.In != "path" {
				where += ", required"
			}
			p.row("`"+one.Name+"`", where, one.Type, about(one.About, one.Example))
		}
		p.WriteString("\n")
	}
	if op.Body != nil {
		p.line("Body: %s", named(op.Body))
		p.example(op.Body.Example)
	}
	for _, a := range op.Answers {
		p.line("Answer %s: %s", a.Status, a.About)
		for _, c := range a.Contents {
			p.line("%s", named(&c))
			p.example(c.Example)
		}
	}
	var refusals []string
	for _, e := range op.Errors {
		refusals = append(refusals, fmt.Sprintf("%s (%s)", e.Status, e.About))
	}
	if len(refusals) > 0 {
		p.line("Errors: %s.", strings.Join(refusals, ", "))
	}
}

// named says what is sent or answered.
func named(c *Content) string {
	if c.Type == "" {
		return "`" + c.Kind + "`"
	}
	return fmt.Sprintf("`%s`, %s", c.Kind, c.Type)
}

func (p *printer) example(example string) {
	if example != "" {
		p.line("```json\n%s\n```", example)
	}
}

func (p *printer) fields(fields []Field) {
	if len(fields) == 0 {
		return
	}
	p.row("Field", "What", "About")
	p.row("---", "---", "---")
	for _, f := range fields {
		name := "`" + f.Name + "`"
		if !f.Required {
			name += " (may be absent)"
		}
		p.row(name, f.Type, about(f.About, f.Example))
	}
	p.WriteString("\n")
}

func (p *printer) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.ReplaceAll(cell, "|", "\\|"), "\n", " ")
	}
	p.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// about is a description with its example.
func about(words, example string) string {
	if example == "" {
		return words
	}
	return strings.TrimSpace(words + " Example: `" + example + "`")
}
