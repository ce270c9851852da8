-- +goose Up

-- A meeting of which Zoom knew nothing may be restored from the trash, and one of
-- which it did not tell is not known to be a stranger: when it is asked for again.
-- Zero: never, because Zoom said that it is somebody else's. What was remembered
-- before does not tell the two apart, so all of it is asked for once more.
ALTER TABLE strangers ADD COLUMN again_at BIGINT NOT NULL DEFAULT 0;
UPDATE strangers SET again_at = looked_at;

-- Zoom meetings of people who were removed: their links go on working, and whoever
-- keeps a calendar after them leaves those that stand on it.
CREATE TABLE released (
    meeting_id  BIGINT NOT NULL PRIMARY KEY,
    released_at BIGINT NOT NULL
);
