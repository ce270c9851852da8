-- +goose Up

-- What people asked for one event, as long as it is there. kind is provider (which
-- link it is to have; meeting_id is 0) or renewal (a new meeting in the place of
-- meeting_id; provider is '').
CREATE TABLE wishes (
    calendar_id BIGINT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
    event_id    TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    person_id   BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL,
    meeting_id  BIGINT NOT NULL,
    asked_at    BIGINT NOT NULL,
    asked_by    TEXT   NOT NULL,
    PRIMARY KEY (calendar_id, event_id, kind)
);
CREATE INDEX wishes_person ON wishes (person_id);
