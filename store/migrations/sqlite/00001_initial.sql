-- Every table of the store. Conventions:
--   * instants are microseconds since 1970 UTC; 0 means never or none
--   * columns named sealed, access, refresh and verifier hold sealed bytes
--   * settings and other small lists are JSON text

-- +goose Up

-- What this installation knows about itself: its id, and a sealed probe that
-- tells whether the sealing key is still the one that sealed this store.
CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Settings of the installation, the first step of the cascade.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Somebody whose meetings are kept.
CREATE TABLE persons (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    email      TEXT    NOT NULL UNIQUE,
    paused     BOOLEAN NOT NULL DEFAULT FALSE,
    settings   TEXT    NOT NULL DEFAULT '{}',
    held       TEXT    NOT NULL DEFAULT '', -- fingerprint of the plan that the brake holds
    released   TEXT    NOT NULL DEFAULT '', -- fingerprint of the plan that somebody released
    audited_at BIGINT  NOT NULL DEFAULT 0,
    created_at BIGINT  NOT NULL
);

-- One account at a provider. A disconnected one no longer binds its account.
CREATE TABLE connections (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    provider   TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    detail     TEXT   NOT NULL DEFAULT '',
    scopes     TEXT   NOT NULL DEFAULT '[]',
    host_id    TEXT   NOT NULL DEFAULT '',
    plan       INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (person_id, provider, account)
);
CREATE UNIQUE INDEX connections_bound ON connections (provider, account) WHERE state <> 'disconnected';

-- OAuth tokens of a connection. refresher and refresh_until are the lease of
-- whoever is refreshing right now.
CREATE TABLE tokens (
    connection_id BIGINT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    access        BLOB   NOT NULL,
    refresh       BLOB   NOT NULL,
    expiry        BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    refresher     TEXT   NOT NULL DEFAULT '',
    refresh_until BIGINT NOT NULL DEFAULT 0
);

-- One calendar of a connection. person_id and provider repeat the connection's,
-- so that the index below can promise one keeper per calendar.
CREATE TABLE calendars (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id BIGINT  NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    person_id     BIGINT  NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    provider      TEXT    NOT NULL,
    provider_id   TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,
    is_primary    BOOLEAN NOT NULL,
    writable      BOOLEAN NOT NULL,
    kept          BOOLEAN NOT NULL DEFAULT FALSE,
    kept_since    BIGINT  NOT NULL DEFAULT 0,
    new_only      BOOLEAN NOT NULL DEFAULT FALSE,
    settings      TEXT    NOT NULL DEFAULT '{}',
    sync_token    TEXT    NOT NULL DEFAULT '',
    token_at      BIGINT  NOT NULL DEFAULT 0,
    read_at       BIGINT  NOT NULL DEFAULT 0,
    error         TEXT    NOT NULL DEFAULT '',
    UNIQUE (connection_id, provider_id)
);
CREATE UNIQUE INDEX calendars_kept ON calendars (provider, provider_id) WHERE kept;
CREATE INDEX calendars_person ON calendars (person_id);

-- The mirror: events as last read. sealed is NULL when it was sealed with a key
-- that is lost; a full reading fills it again. until_at is when the row stops
-- mattering: an unclaimed row may vanish some time after it.
CREATE TABLE events (
    calendar_id BIGINT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
    event_id    TEXT   NOT NULL,
    etag        TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    gone        TEXT   NOT NULL DEFAULT '',
    series_id   TEXT   NOT NULL DEFAULT '',
    start_at    BIGINT NOT NULL DEFAULT 0,
    end_at      BIGINT NOT NULL DEFAULT 0,
    until_at    BIGINT NOT NULL DEFAULT 0,
    sealed      BLOB,
    PRIMARY KEY (calendar_id, event_id)
);
CREATE INDEX events_start ON events (calendar_id, start_at);
CREATE INDEX events_until ON events (calendar_id, until_at) WHERE until_at <> 0;
CREATE INDEX events_series ON events (calendar_id, series_id) WHERE series_id <> '';

-- Zoom meetings that were made or adopted. sealed holds topic and joining details.
CREATE TABLE meetings (
    id         BIGINT PRIMARY KEY, -- Zoom's own
    person_id  BIGINT  NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    host_id    TEXT    NOT NULL,
    reference  TEXT    NOT NULL,
    type       INTEGER NOT NULL,
    start_at   BIGINT  NOT NULL,
    minutes    INTEGER NOT NULL,
    time_zone  TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    missing    BOOLEAN NOT NULL,
    running    BOOLEAN NOT NULL,
    sealed     BLOB
);
CREATE INDEX meetings_person ON meetings (person_id);
CREATE INDEX meetings_host ON meetings (host_id);

-- Which event shows which meeting.
CREATE TABLE claims (
    calendar_id BIGINT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
    event_id    TEXT   NOT NULL,
    person_id   BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    meeting_id  BIGINT NOT NULL,
    since       BIGINT NOT NULL,
    PRIMARY KEY (calendar_id, event_id)
);
CREATE INDEX claims_person ON claims (person_id);
CREATE INDEX claims_meeting ON claims (meeting_id);

-- Creates, written down before they are sent. outcome is '' while open.
CREATE TABLE intents (
    reference TEXT   PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    slot      TEXT   NOT NULL,
    events    TEXT   NOT NULL,
    sent_at   BIGINT NOT NULL,
    outcome   TEXT   NOT NULL DEFAULT '',
    closed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX intents_person ON intents (person_id, closed_at);

-- The planner's latest word on each event. sealed holds the detail, which may
-- quote the event.
CREATE TABLE decisions (
    calendar_id BIGINT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
    event_id    TEXT   NOT NULL,
    person_id   BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    wanted      TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    meeting_id  BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    since       BIGINT NOT NULL,
    sealed      BLOB,
    PRIMARY KEY (calendar_id, event_id)
);
CREATE INDEX decisions_person ON decisions (person_id);

-- Zoom writes spent per host and UTC day.
CREATE TABLE budgets (
    host_id    TEXT    NOT NULL,
    day        TEXT    NOT NULL, -- 2026-12-01
    used       INTEGER NOT NULL DEFAULT 0,
    spent_until BIGINT NOT NULL DEFAULT 0, -- Zoom itself said no until then
    PRIMARY KEY (host_id, day)
);

-- What was done and why. sealed holds title and detail, which may quote the event.
CREATE TABLE journal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id   BIGINT NOT NULL, -- 0: about the installation
    pass        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    action      TEXT   NOT NULL,
    calendar_id BIGINT NOT NULL,
    event_id    TEXT   NOT NULL,
    meeting_id  BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    outcome     TEXT   NOT NULL,
    sealed      BLOB
);
CREATE INDEX journal_person ON journal (person_id, at);
CREATE INDEX journal_event ON journal (calendar_id, event_id) WHERE event_id <> '';

-- Who is due when, and who is working on them.
CREATE TABLE queue (
    person_id   BIGINT PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    next_at     BIGINT  NOT NULL,
    requested   BIGINT  NOT NULL DEFAULT 0, -- counts requests
    done        BIGINT  NOT NULL DEFAULT 0, -- the latest request that a pass has served
    owner       TEXT    NOT NULL DEFAULT '',
    lease_until BIGINT  NOT NULL DEFAULT 0,
    epoch       BIGINT  NOT NULL DEFAULT 0, -- grows whenever the lease changes hands
    failures    INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT '',
    last_pass   BIGINT  NOT NULL DEFAULT 0
);

-- API tokens, as SHA-256 in hex.
CREATE TABLE api_tokens (
    name       TEXT   PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- OAuth flows under way. The state is stored as SHA-256 in hex.
CREATE TABLE flows (
    state_hash  TEXT   PRIMARY KEY,
    person_id   BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL,
    cookie_hash TEXT   NOT NULL,
    options     TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    verifier    BLOB   NOT NULL
);
