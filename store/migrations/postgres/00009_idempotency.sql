-- +goose Up

-- Requests that named a key, so that sending one again does nothing twice. Owner,
-- key and request are SHA-256 in hex. Sealed is the answer; NULL while there is
-- none, and where it is not kept.
CREATE TABLE idempotency_keys (
    key_hash   TEXT    PRIMARY KEY,
    owner      TEXT    NOT NULL,
    request    TEXT    NOT NULL,
    begun_at   BIGINT  NOT NULL,
    done       BOOLEAN NOT NULL DEFAULT FALSE,
    sealed     BYTEA
);
CREATE INDEX idempotency_keys_begun ON idempotency_keys (begun_at);
CREATE INDEX idempotency_keys_owner ON idempotency_keys (owner);
