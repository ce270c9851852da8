package dashboard

import (
	"net/http"
	"net/url"

	"slotward/internal/server"
)

// tokensPage lists API tokens.
type tokensPage struct {
	Tokens  []adminToken
	Name    string // as it was typed, when no token could be made
	Problem string // why not
	Made    *server.NewToken
}

// adminToken is a token in a list.
type adminToken struct{ Name, Made string }

func (d *dashboard) routeAdminTokens() {
	d.adminTemplate("admin_tokens")
	d.admin("GET /admin/tokens", func(r *request) (answer, error) { return r.tokensPage(tokensPage{}) })
	d.admin("POST /admin/tokens", d.makeToken)
	d.admin("POST /admin/tokens/delete", d.deleteToken)
}

// tokensPage fills in which tokens there are.
func (r *request) tokensPage(p tokensPage) (answer, error) {
	var list server.Tokens
	if err := r.api.get("/api/v1/tokens", nil, &list); err != nil {
		return answer{}, err
	}
	for _, t := range list.Tokens {
		p.Tokens = append(p.Tokens, adminToken{t.Name, r.when(t.CreatedAt)})
	}
	return showAdmin("admin_tokens", "/admin/tokens", "API tokens", p), nil
}

// makeToken shows the secret on the page that answers the form, the one time
// that it can be seen.
func (d *dashboard) makeToken(r *request) (answer, error) {
	name := r.PostFormValue("name")
	var made server.NewToken
	err := r.api.send(http.MethodPost, "/api/v1/tokens", map[string]string{"name": name}, &made)
	p, err := declined(err)
	switch {
	case err != nil:
		return answer{}, err
	case p != nil:
		a, err := r.tokensPage(tokensPage{Name: name, Problem: p.Detail})
		a.status = p.Status
		return a, err
	}
	return r.tokensPage(tokensPage{Made: &made})
}

func (d *dashboard) deleteToken(r *request) (answer, error) {
	err := r.api.send(http.MethodDelete, "/api/v1/tokens/"+url.PathEscape(r.PostFormValue("name")), nil, nil)
	if err != nil {
		return answer{}, err
	}
	return done("/admin/tokens", "token-deleted"), nil
}
