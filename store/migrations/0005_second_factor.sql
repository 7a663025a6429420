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
