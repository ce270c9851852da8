package dashboard

import "html/template"

// functions are what pages' templates may call besides the frame's.
var functions = template.FuncMap{}

// template loads pages/NAME.html.
func (d *dashboard) template(name string) {
	d.templates[name] = d.Frame.Template(pageFiles, functions, "pages/"+name+".html")
}
