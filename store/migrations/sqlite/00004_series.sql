-- How a series with fixed times repeats in Zoom: that is compared with the
-- calendar's rule, and not told by Zoom's listings.

-- +goose Up

ALTER TABLE meetings ADD COLUMN recurrence TEXT NOT NULL DEFAULT '';       -- JSON in Zoom's words; '' none, or not known
ALTER TABLE meetings ADD COLUMN dropped TEXT NOT NULL DEFAULT '';          -- occurrences deleted in Zoom: JSON list of Unix seconds
ALTER TABLE meetings ADD COLUMN found BOOLEAN NOT NULL DEFAULT FALSE;      -- its type was found, not chosen

-- Until now every series was an open meeting (type 3). They are not all changed at
-- once: each when something else of it changes.
UPDATE meetings SET found = TRUE WHERE type = 3;
