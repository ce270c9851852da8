package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	simgoogle "slotward/internal/simulator/google"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/store"
)

const (
	pageEvents  = 250
	mergeRounds = 9
	mergeTurns  = 20
	mergeRatio  = 3.0
)

// merging compares taking an incremental page of changed events into the store,
// from its bytes to the commit, with just decoding the page's JSON.
func merging(ctx context.Context, folder string) ([]row, error) {
	w, err := newWorld(ctx, folder, "merging")
	if err != nil {
		return nil, err
	}
	defer w.close()
	m := &merger{world: w}
	if err := m.prepare(ctx); err != nil {
		return nil, err
	}
	var decodes, merges []time.Duration
	for range mergeRounds {
		decode, err := repeated(m.decode)
		if err != nil {
			return nil, err
		}
		merge, err := repeated(func() error { return m.merge(ctx) })
		if err != nil {
			return nil, err
		}
		decodes, merges = append(decodes, decode), append(merges, merge)
	}
	decode, merge := median(decodes), median(merges)
	ratio := float64(merge) / float64(decode)
	group := fmt.Sprintf("merging a page of %d changes", pageEvents)
	return []row{
		{group, "bytes of the page", kilobytes(float64(len(m.pages[0]))), "", untested},
		{group, "processor time, just decoding its JSON", decode.Round(10 * time.Microsecond).String(), "", untested},
		{group, "processor time, reading and saving it", merge.Round(10 * time.Microsecond).String(), "", untested},
		{group, "ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("at most %.0f", mergeRatio), within(ratio, mergeRatio)},
	}, nil
}

// repeated returns the processor time that something takes on average.
func repeated(do func() error) (took time.Duration, err error) {
	took, _, _ = costOf(mergeTurns, func() {
		if err == nil {
			err = do()
		}
	})
	return took, err
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// merger has two pages in which the same events stand differently, so that
// each, after the other, changes every row.
type merger struct {
	*world
	lease store.Lease
	token string
	pages [2][]byte
	turn  int // which page comes next
}

// prepare fills calendar and mirror and takes the two pages from the wire.
func (m *merger) prepare(ctx context.Context) (err error) {
	ids, err := m.google.SeedMany(person, linkedEvents())
	if err != nil {
		return err
	}
	if m.lease, err = m.store.Claim(ctx, "bench", time.Hour); err != nil {
		return err
	}
	wire := &wire{hc: &http.Client{Transport: m.bearer(ctx)}}
	source, err := google.New(&http.Client{Transport: wire}, m.googleURL+"/", m.clock.Now)
	if err != nil {
		return err
	}
	full, err := source.Read(ctx, person, "")
	if err != nil {
		return err
	}
	if err := m.save(ctx, full); err != nil {
		return err
	}
	m.token = full.Token
	for i := range m.pages {
		for _, id := range ids {
			title := fmt.Sprintf("Weekly planning, version %d", i)
			if err := m.google.Edit(person, id, simgoogle.Change{Title: &title}); err != nil {
				return err
			}
		}
		if _, err := source.Read(ctx, person, m.token); err != nil {
			return err
		}
		m.pages[i] = wire.last
	}
	return nil
}

// linkedEvents are meetings that show their links already, as most do.
func linkedEvents() []simgoogle.NewEvent {
	start := time.Date(2026, 12, 8, 8, 0, 0, 0, time.UTC)
	out := make([]simgoogle.NewEvent, pageEvents)
	for i := range out {
		at := start.Add(time.Duration(i) * time.Hour)
		e := linkedEvent(fmt.Sprintf("bench%05d", i), meetingAt(int64(81000000000+i), at), "bench")
		out[i] = simgoogle.NewEvent{
			ID: e.ID, Title: e.Title, Notes: e.Description, Location: e.Location, Start: at, Minutes: 30,
			Guests: []string{"grace@other.test", "alan@other.test", "edsger@other.test"}, PrivateProps: map[string]string{"slotward": e.Mark.String()},
		}
	}
	return out
}

// decode is what nobody who reads a page can do without.
func (m *merger) decode() error {
	var decoded any
	return json.Unmarshal(m.pages[0], &decoded)
}

// merge takes a page from its bytes into the store, the two pages in turn.
func (m *merger) merge(ctx context.Context) error {
	page := m.pages[m.turn%len(m.pages)]
	m.turn++
	source, err := google.New(&http.Client{Transport: replay(page)}, m.googleURL+"/", m.clock.Now)
	if err != nil {
		return err
	}
	reading, err := source.Read(ctx, person, m.token)
	if err != nil {
		return err
	}
	return m.save(ctx, reading)
}

// save merges a reading, all of whose events must be changes.
func (m *merger) save(ctx context.Context, reading sources.Reading) error {
	return m.store.Write(ctx, m.lease, func(tx *store.Tx) error {
		changed, err := tx.SaveReading(m.calendar, reading)
		if err == nil && changed != pageEvents {
			err = errors.New("only " + strconv.Itoa(changed) + " events of the page changed")
		}
		return err
	})
}

// bearer adds the person's token at Google to requests.
func (m *merger) bearer(ctx context.Context) http.RoundTripper {
	return transport(func(req *http.Request) (*http.Response, error) {
		connections, err := m.store.Connections(ctx, m.lease.Person)
		if err != nil {
			return nil, err
		}
		for _, c := range connections {
			if c.Provider != string(sources.Google) {
				continue
			}
			token, err := m.store.Token(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			req = req.Clone(req.Context())
			req.Header.Set("Authorization", "Bearer "+token.Access)
		}
		return http.DefaultTransport.RoundTrip(req)
	})
}

// transport is a function that answers requests.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) { return t(req) }

// wire passes requests on and keeps the last answer.
type wire struct {
	hc   *http.Client
	last []byte
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.hc.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	w.last, err = io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(w.last))
	return resp, err
}

// replay answers every request with the same page.
func replay(page []byte) http.RoundTripper {
	return transport(func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
			Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}}, ContentLength: int64(len(page)),
			Body: io.NopCloser(bytes.NewReader(page)),
		}, nil
	})
}
