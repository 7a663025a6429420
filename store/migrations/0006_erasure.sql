-- Erasing and keeping: when the term of a case began, what must stay for now, and shredding by two persons.

ALTER TABLE threads ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0; -- cases: 0 until it was closed once
UPDATE threads SET closed_at = active_at WHERE closed = 1 AND kind = 'case';
ALTER TABLE messages ADD COLUMN line_day INTEGER NOT NULL DEFAULT 0; -- line_message is dropped some days later
UPDATE consents SET at = at - (at + 28800000) % 86400000; -- the day in Taiwan says enough

-- Threads that must stay. Without a cascade, so that the database itself refuses to delete one.
CREATE TABLE holds (
  thread BLOB PRIMARY KEY REFERENCES threads (id),
  reason TEXT NOT NULL CHECK (reason IN ('court', 'complaint', 'request', 'safety')),
  who    TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody proposed to shred and nobody approved yet.
CREATE TABLE shred_requests (
  id          BLOB PRIMARY KEY,
  reason      TEXT NOT NULL CHECK (reason IN ('term', 'request', 'mistake')),
  proposed_by TEXT NOT NULL,
  proposed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE shred_items (
  thread  BLOB PRIMARY KEY REFERENCES threads (id) ON DELETE CASCADE,
  request BLOB NOT NULL REFERENCES shred_requests (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX shred_items_by_request ON shred_items (request);

-- What was shredded: figures and the two persons, nothing that names a thread.
CREATE TABLE certificates (
  id          BLOB PRIMARY KEY,
  day         INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  cases       INTEGER NOT NULL,
  questions   INTEGER NOT NULL,
  alerts      INTEGER NOT NULL,
  messages    INTEGER NOT NULL,
  keys        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
