-- Since when a connection stands as it does, and what Zoom allowed a host on the
-- day before when it said no early: then somebody else spends the day as well.

-- +goose Up
ALTER TABLE connections ADD COLUMN state_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0;
