// Package website is what people see of the simulated providers: a calendar app
// with a week and its events, on which somebody can play the calendar's owner,
// and the look of every other page, consent pages included.
//
//	frame.go      the look: layout, style sheet, the policy that browsers keep to
//	start.go      whom to play; and the page for what is not there
//	app.go        what a calendar app is asked to do; each provider's model does it
//	calendar.go   the addresses, and who may do what
//	week.go       a week, laid out in days and lanes
//	event.go      an event's page with its forms
//	act.go        what the forms do: to one occurrence, to those that follow, to all
//	form.go       times and addresses as people type them
//	notes.go      notes as text, and an edit of the text as an edit of the HTML
//
// Opening a page changes nothing. What a form does goes through the provider's
// model like any other change of a calendar: ETags, sync tokens and the guests'
// copies follow from it. There is no sign-in: whoever opens an account's page
// plays its owner.
package website
