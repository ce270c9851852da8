package server

import (
	"fmt"
	"sync"
	"testing"

	"slotward/sources"
	"slotward/store"
)

// Somebody who signs in for the first time in several browsers at once is one
// person, and is let in by each of them.
func TestFirstSignInsAtOnceMakeOnePerson(t *testing.T) {
	w := newWorld(t)
	s := &server{Options: withDefaults(Options{Store: w.store, Now: w.now, SignIn: SignInOptions{Allow: []string{"acme.test"}}})}
	at, _ := providerNamed("google")
	const browsers = 4
	for i := range 25 {
		name := fmt.Sprintf("person%d", i)
		who := sources.Profile{Account: "sub-" + name, Email: name + "@acme.test", Domain: "acme.test", Name: name}
		var people [browsers]store.Person
		var errs [browsers]error
		var all sync.WaitGroup
		begin := make(chan struct{})
		for b := range browsers {
			all.Go(func() {
				<-begin
				people[b], errs[b] = s.admit(t.Context(), at, who, false)
			})
		}
		close(begin)
		all.Wait()
		for b := range browsers {
			if errs[b] != nil || people[b].ID != people[0].ID {
				t.Fatalf("%s: %+v %v", name, people[b], errs[b])
			}
		}
	}
	if all, err := w.store.People(t.Context()); err != nil || len(all) != 25 {
		t.Errorf("%d people, %v", len(all), err)
	}
}
