package dashboard

import (
	"encoding/json"
	"net/http"

	"slotward/internal/apidoc"
)

func (d *dashboard) routeAdminAPI() {
	d.adminTemplate("admin_api")
	d.mux.HandleFunc("GET /admin/api", packed(func(w http.ResponseWriter, r *http.Request) { d.serve(w, d.newRequest(r), adminsOnly(d.adminAPI)) }))
}

// adminAPI shows the API as its own document describes it.
func (d *dashboard) adminAPI(r *request) (answer, error) {
	var content json.RawMessage
	if err := r.api.send(http.MethodGet, "/openapi.json", nil, &content); err != nil {
		return answer{}, err
	}
	document, err := apidoc.Read(content)
	if err != nil {
		return answer{}, err
	}
	return showAdmin("admin_api", "/admin/api", "API", document), nil
}
