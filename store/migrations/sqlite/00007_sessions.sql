-- Who signs in: roles, the accounts that people sign in with, and sessions.

-- +goose Up

-- What somebody may do: 'member' or 'admin'.
ALTER TABLE persons ADD COLUMN role TEXT NOT NULL DEFAULT 'member';

-- The accounts that people sign in with. account is the provider's immutable id.
CREATE TABLE identities (
    provider   TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    person_id  BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    email      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, account)
);
CREATE INDEX identities_person ON identities (person_id);

-- Who is signed in. hash is the SHA-256 of the cookie's secret, in hex, from
-- which the forms' token follows as well: nobody signs in with what stands here.
-- Without a person it is of whoever sets the installation up.
CREATE TABLE sessions (
    hash       TEXT   PRIMARY KEY,
    person_id  BIGINT REFERENCES persons (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- A sign-in begins before anybody knows whose it is.
CREATE TABLE flows_of_nobody (
    state_hash  TEXT   PRIMARY KEY,
    person_id   BIGINT REFERENCES persons (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL,
    cookie_hash TEXT   NOT NULL,
    options     TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    verifier    BLOB   NOT NULL
);
INSERT INTO flows_of_nobody (state_hash, person_id, provider, cookie_hash, options, expires_at, verifier)
    SELECT state_hash, person_id, provider, cookie_hash, options, expires_at, verifier FROM flows;
DROP TABLE flows;
ALTER TABLE flows_of_nobody RENAME TO flows;
