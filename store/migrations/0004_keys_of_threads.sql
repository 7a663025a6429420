-- Content is sealed to keys of its threads, which are granted to the keys of operators: the service itself
-- cannot read it. A database that already holds operators or threads is refused before this step: it was made
-- before the first release, under a key that the service holds.

DROP TABLE operators;
CREATE TABLE operators (
  name          TEXT PRIMARY KEY,
  roles         TEXT NOT NULL,            -- names with commas between them
  added_at      INTEGER NOT NULL DEFAULT 0,
  left_at       INTEGER NOT NULL DEFAULT 0,
  password      TEXT NOT NULL,            -- Argon2id: parameters, salt, check value
  public_key    BLOB NOT NULL,            -- Ed25519; its Curve25519 form receives grants
  wrapped_seed  BLOB NOT NULL,            -- the private half, under the password; empty after a reset
  recovery_seed BLOB NOT NULL DEFAULT x'',
  vouched_by    TEXT NOT NULL DEFAULT '', -- who vouched for this key; nothing is granted before
  voucher       BLOB NOT NULL DEFAULT x'',
  mark          BLOB NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE threads ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;
ALTER TABLE threads ADD COLUMN box BLOB NOT NULL DEFAULT x'';   -- public half of the thread's key
ALTER TABLE threads ADD COLUMN receipt_box BLOB;                -- questions: what the receipt opens
ALTER TABLE threads ADD COLUMN mark BLOB NOT NULL DEFAULT x'';

ALTER TABLE messages ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;
-- A counsellor's answer as the employee gets it: in a case until it is fetched, in a question to the receipt.
ALTER TABLE messages ADD COLUMN sealed_answer BLOB;

-- The private half of a thread's key, once for each operator who may read the thread. '' as the operator: kept
-- under the service's key while nobody may read at all, and given to the first who may.
CREATE TABLE grants (
  thread     BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  operator   TEXT NOT NULL,
  epoch      INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  mark       BLOB NOT NULL,
  PRIMARY KEY (thread, operator, epoch)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_operator ON grants (operator);
