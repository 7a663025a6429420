-- The second factor of every operator, and what is true of the whole database (that it was made for a demo).

CREATE TABLE second_factors (
  operator  TEXT PRIMARY KEY REFERENCES operators (name) ON DELETE CASCADE,
  sealed    BLOB NOT NULL,                -- the secret that the operator's phone holds too
  confirmed INTEGER NOT NULL,             -- 1 once a first code was right
  last_step INTEGER NOT NULL,             -- of the last code that was taken: it and older ones are refused
  recovery  BLOB NOT NULL,                -- keyed hashes of the recovery codes that are left, 16 bytes each
  mark      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE traits (
  name TEXT PRIMARY KEY,
  mark BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is signed in at the console, so that a restart signs nobody out. Opens nothing by itself.
CREATE TABLE sessions (
  key           BLOB PRIMARY KEY,         -- hash of the secret that the cookie carries
  operator      TEXT NOT NULL REFERENCES operators (name) ON DELETE CASCADE,
  standing      TEXT NOT NULL CHECK (standing IN ('enrolling', 'full', 'resting', 'taken_over')),
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,
  stepped_up_at INTEGER NOT NULL,
  sealed_token  BLOB NOT NULL,
  wrapped_seed  BLOB NOT NULL,            -- under the cookie's secret; empty once locked
  mark          BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What an operator was writing into a thread, sealed to their own key until they are back.
CREATE TABLE reply_drafts (
  operator TEXT NOT NULL REFERENCES operators (name) ON DELETE CASCADE,
  thread   BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  sealed   BLOB NOT NULL,
  PRIMARY KEY (operator, thread)
) STRICT, WITHOUT ROWID;
