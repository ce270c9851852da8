package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

type personListInput struct {
	Query string `query:"q" maxLength:"200" doc:"Only those with this in their name or e-mail address, in any case." example:"ada"`
	State string `query:"state" enum:"well,attention,paused,unconnected" doc:"Only those who stand like this." example:"attention"`
	Sort  string `query:"sort" enum:"id,name" default:"id" doc:"id: in the order in which they were added. name: by name." example:"name"`
	Paging
}

func (s *server) routePersonList() {
	register(s, own(huma.Operation{
		OperationID: "list-people", Method: http.MethodGet, Path: "/api/v1/people", Tags: []string{"people"},
		Summary: "List people", Description: "Page by page: ask again with the cursor `next` until there is none.",
		Errors: []int{http.StatusUnprocessableEntity},
	}), s.listPeople)
}

func (s *server) listPeople(ctx context.Context, in *personListInput) (*answer[People], error) {
	var after personCursor
	var err error
	if in.Cursor != "" {
		if after, err = readPersonCursor(in.Cursor); err != nil {
			return nil, err
		}
	}
	found, err := s.findPeople(ctx, "")
	if err != nil {
		return nil, err
	}
	all, err := s.peopleWith(ctx, found)
	if err != nil {
		return nil, err
	}
	// Who needs somebody is known only after looking at everybody, and everybody
	// is read in one go: a page is cut out here.
	all = slices.DeleteFunc(all, func(p Person) bool {
		return in.Query != "" && !p.named(strings.TrimSpace(in.Query)) || in.State != "" && p.State != in.State
	})
	return &answer[People]{Body: in.page(all, after)}, nil
}

// page sorts and cuts out the page after a place.
func (in *personListInput) page(all []Person, after personCursor) People {
	place := func(p *Person) personCursor {
		if in.Sort == "name" {
			return personCursor{Name: strings.ToLower(p.Name), After: p.ID}
		}
		return personCursor{After: p.ID}
	}
	slices.SortFunc(all, func(a, b Person) int { return place(&a).compare(place(&b)) })
	out := People{People: []Person{}, Total: len(all)}
	for i := range all {
		if in.Cursor != "" && place(&all[i]).compare(after) <= 0 {
			continue
		}
		if len(out.People) == in.Limit {
			out.Next = place(&all[i-1]).String()
			break
		}
		out.People = append(out.People, all[i])
	}
	return out
}

func (c personCursor) compare(other personCursor) int {
	return cmp.Or(cmp.Compare(c.Name, other.Name), cmp.Compare(c.After, other.After))
}
