-- +goose Up

-- When what is ours on an event was last put back after people took it off. block
-- is the fingerprint of what was put there; state is sent, done or left.
CREATE TABLE repairs (
    calendar_id BIGINT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
    event_id    TEXT   NOT NULL,
    person_id   BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    block       BIGINT NOT NULL,
    repaired_at BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    PRIMARY KEY (calendar_id, event_id)
);
CREATE INDEX repairs_person ON repairs (person_id);
