-- What becomes of operators' keys: those that were replaced, one-time codes after a reset, and the recovery key
-- of the whole team with what is sealed to it.

-- Kept so that what a key vouched for can still be checked after it was replaced.
CREATE TABLE former_keys (
  operator   TEXT NOT NULL REFERENCES operators (name) ON DELETE CASCADE,
  public_key BLOB NOT NULL,
  vouched_by TEXT NOT NULL,
  voucher    BLOB NOT NULL,
  mark       BLOB NOT NULL,
  PRIMARY KEY (operator, public_key)
) STRICT, WITHOUT ROWID;

-- With this code an operator sets a password of their own after somebody reset it.
CREATE TABLE activations (
  operator TEXT PRIMARY KEY REFERENCES operators (name) ON DELETE CASCADE,
  code     BLOB NOT NULL,                 -- keyed hash
  until    INTEGER NOT NULL,
  mark     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The public halves only; the private half was never stored, two officers hold a share of it each.
CREATE TABLE recovery_keys (
  public_key BLOB PRIMARY KEY,
  made_at    INTEGER NOT NULL,
  vouched_by TEXT NOT NULL,               -- a lead; nothing is sealed to it before
  voucher    BLOB NOT NULL,
  mark       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The keys of threads as they are granted to operators, once more for the team's recovery key.
CREATE TABLE recovery_grants (
  thread     BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  epoch      INTEGER NOT NULL,
  public_key BLOB NOT NULL,               -- of the recovery key
  sealed_key BLOB NOT NULL,
  mark       BLOB NOT NULL,
  PRIMARY KEY (thread, epoch, public_key)
) STRICT, WITHOUT ROWID;
