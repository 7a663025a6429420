-- Who did what, as a chain of keyed hashes with signed heads, and the sums by which a foreign writer's changes show.

-- One line for each thing that an operator did or was refused. The chain has no gaps: line n hashes line n - 1.
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,                 -- an operator's name, 'system', or 'unknown' at a refused sign-in
  role    TEXT NOT NULL,
  action  TEXT NOT NULL,
  object  TEXT,                          -- a thread's or post's id in hex, a name, or a route's template
  outcome TEXT NOT NULL,
  hash    BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;

-- The chain's end as it was signed, every hour and every 1,000 lines.
CREATE TABLE audit_heads (
  seq       INTEGER PRIMARY KEY,
  hash      BLOB NOT NULL,
  at        INTEGER NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_heads_are_not_changed BEFORE UPDATE ON audit_heads
BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;
CREATE TRIGGER audit_heads_are_not_cut BEFORE DELETE ON audit_heads
BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;

-- One row: what the guarded tables held at the last commit of our own (store/guard.h).
CREATE TABLE guard (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  schema     BLOB NOT NULL,              -- keyed hash of the schema
  sums       BLOB NOT NULL,              -- 32 bytes for each guarded table, in the order of their names
  audit_seq  INTEGER NOT NULL,           -- the chain's end, 0 before the first line
  audit_hash BLOB NOT NULL,
  mac        BLOB NOT NULL               -- over all of it
) STRICT;
