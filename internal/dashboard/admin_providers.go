package dashboard

import (
	"net/http"
	"net/url"

	"slotward/internal/server"
)

// providersPage is how each provider is set up.
type providersPage struct{ Providers []adminProvider }

// adminProvider is one provider with what came of trying it.
type adminProvider struct {
	server.ProviderSetup
	Tested *server.ProviderTest // nil: it was not tried
	Result adminState
}

// testResults are what comes of trying a provider.
var testResults = map[string]adminState{
	"works":          {"good", "It works"},
	"refused":        {"bad", "Refused"},
	"unreachable":    {"warn", "Not reached"},
	"not_configured": {"warn", "Not configured"},
}

func (d *dashboard) routeAdminProviders() {
	d.adminTemplate("admin_providers")
	d.admin("GET /admin/providers", func(r *request) (answer, error) { return r.providersPage("", nil) })
	d.admin("POST /admin/providers/{provider}/test", d.tryProvider)
}

// providersPage shows how providers are set up, and what came of trying one.
func (r *request) providersPage(tried string, result *server.ProviderTest) (answer, error) {
	var p providersPage
	for _, name := range adminProviders {
		var one adminProvider
		if err := r.api.get("/api/v1/providers/"+name+"/setup", nil, &one.ProviderSetup); err != nil {
			return answer{}, err
		}
		if name == tried {
			one.Tested, one.Result = result, testResults[result.Result]
		}
		p.Providers = append(p.Providers, one)
	}
	return showAdmin("admin_providers", "/admin/providers", "Providers", p), nil
}

func (d *dashboard) tryProvider(r *request) (answer, error) {
	name := r.PathValue("provider")
	var result server.ProviderTest
	if err := r.api.send(http.MethodPost, "/api/v1/providers/"+url.PathEscape(name)+"/test", nil, &result); err != nil {
		return answer{}, err
	}
	return r.providersPage(name, &result)
}
