-- +goose Up

-- Zoom meetings behind links that people typed, of which Zoom said that they are
-- not this host's to keep: each is asked for once.
CREATE TABLE strangers (
    person_id  BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    host_id    TEXT   NOT NULL,
    meeting_id BIGINT NOT NULL,
    looked_at  BIGINT NOT NULL,
    PRIMARY KEY (person_id, host_id, meeting_id)
);
