-- +goose Up

-- What was made before is being looked for: until it is found, nothing is made or
-- deleted for the person.
ALTER TABLE persons ADD COLUMN adopting BOOLEAN NOT NULL DEFAULT FALSE;
