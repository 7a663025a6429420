-- The first schema. Times are UTC epoch milliseconds; `day` is days since the epoch in Taiwan; blobs named
-- sealed_* open only with keys derived from root.key. Rows about anonymous questions carry hours, never minutes.

-- A webhook event between its 200 and its turn. Deleted by the turn.
CREATE TABLE inbox (
  id          INTEGER PRIMARY KEY,
  request     INTEGER NOT NULL,          -- events of one request are taken together
  received_at INTEGER NOT NULL,
  failures    INTEGER NOT NULL DEFAULT 0,
  parked      INTEGER NOT NULL DEFAULT 0, -- a poisonous event is set aside for a person to look at
  sealed_event BLOB NOT NULL
) STRICT;

-- Webhook events that were taken in: a second delivery does nothing.
CREATE TABLE seen (
  event BLOB PRIMARY KEY,                -- keyed hash
  day   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- LINE messages that were unsent before we saw them, and edits by time.
CREATE TABLE unsent (
  message BLOB PRIMARY KEY,              -- keyed hash
  day     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Everybody who wrote to the bot: a keyed pseudonym, the sealed way back, where the conversation stands.
CREATE TABLE people (
  person         BLOB PRIMARY KEY,
  sealed_address BLOB NOT NULL,
  sealed_state   BLOB,
  state_day      INTEGER NOT NULL DEFAULT 0, -- a state is swept a day after it was left
  blocked        INTEGER NOT NULL DEFAULT 0,
  quiet          INTEGER NOT NULL DEFAULT 0, -- asked for no more messages
  show_directly  INTEGER NOT NULL DEFAULT 0  -- chose to see answers without a tap
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_state_day ON people (state_day) WHERE sealed_state IS NOT NULL;

-- Questions (anonymous), cases (named) and alerts outside a case.
CREATE TABLE threads (
  id             BLOB PRIMARY KEY,
  kind           TEXT NOT NULL CHECK (kind IN ('question', 'case', 'alert')),
  label          TEXT NOT NULL,          -- what operators and the person call it: A12, a question's short name
  closed         INTEGER NOT NULL DEFAULT 0,
  waiting        INTEGER NOT NULL DEFAULT 1, -- somebody must answer
  severity       INTEGER NOT NULL DEFAULT 0, -- of an open alert: 0 none … 3 immediate
  opened_at      INTEGER NOT NULL,       -- to the hour for questions
  due_at         INTEGER NOT NULL,
  active_at      INTEGER NOT NULL,       -- to the hour for questions
  read_by_staff  INTEGER NOT NULL DEFAULT 0,
  person         BLOB,                   -- cases only; never for a question
  receipt        BLOB,                   -- questions: keyed hash
  sealed_address BLOB,                   -- questions: the way back, unless the asker left none
  CHECK (kind = 'case' OR person IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX threads_by_receipt ON threads (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX threads_by_person ON threads (person) WHERE person IS NOT NULL;
CREATE INDEX threads_to_do ON threads (closed, severity DESC, due_at);
CREATE UNIQUE INDEX threads_by_label ON threads (kind, label);

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  id             BLOB PRIMARY KEY,
  thread         BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  slot           INTEGER NOT NULL,
  author         TEXT NOT NULL CHECK (author IN ('employee', 'counsellor', 'system')),
  sealed_content BLOB,                   -- NULL once withdrawn
  withdrawn      INTEGER NOT NULL DEFAULT 0,
  line_message   BLOB,                   -- keyed hash, for unsend and edits
  edited_at      INTEGER NOT NULL DEFAULT 0,
  delivery       TEXT NOT NULL DEFAULT 'none' CHECK (delivery IN ('none', 'waiting', 'accepted', 'failed')),
  failure        TEXT NOT NULL DEFAULT '',
  fetched        INTEGER NOT NULL DEFAULT 0 -- the employee has been shown this answer
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX messages_in_order ON messages (thread, slot);
CREATE INDEX messages_by_line ON messages (line_message) WHERE line_message IS NOT NULL;

-- A message that calls for a human at once.
CREATE TABLE alerts (
  id              BLOB PRIMARY KEY,
  thread          BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  severity        INTEGER NOT NULL,
  kind            TEXT NOT NULL,
  rules           TEXT NOT NULL,
  raised_at       INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_thread ON alerts (thread);

-- Notices and consents: with the person for a case; as a bare count of a version for anonymous questions.
CREATE TABLE consents (
  person  BLOB NOT NULL,
  kind    TEXT NOT NULL,
  version TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (person, kind, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE notices_shown (
  kind    TEXT NOT NULL,
  version TEXT NOT NULL,
  day     INTEGER NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (kind, version, day)
) STRICT, WITHOUT ROWID;

-- What was promised to be sent. The body (recipient, token, messages) is sealed and blanked once settled.
CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  lane        INTEGER NOT NULL,          -- 0 crisis, 1 reply, 2 notice, 3 bulk
  person      BLOB NOT NULL,             -- order is kept per person within a lane
  retry_key   TEXT NOT NULL UNIQUE,
  made_at     INTEGER NOT NULL,
  token_until INTEGER NOT NULL DEFAULT 0, -- 0: no reply token
  mode        TEXT NOT NULL CHECK (mode IN ('reply', 'push', 'multicast')),
  tries       INTEGER NOT NULL DEFAULT 0, -- calls begun in this mode
  unknown     INTEGER NOT NULL DEFAULT 0, -- replies whose outcome LINE never told
  first_push_at INTEGER NOT NULL DEFAULT 0, -- a retry key lives 24 hours from here
  due_at      INTEGER NOT NULL,
  state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
  reason      TEXT NOT NULL DEFAULT '',
  counsellor  INTEGER NOT NULL DEFAULT 0, -- a counsellor's answer: passes a spent quota
  sealed_body BLOB
) STRICT;
CREATE INDEX outbox_due ON outbox (lane, due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_by_person ON outbox (person, lane, id) WHERE state = 'waiting';

CREATE TABLE members (
  topic  TEXT NOT NULL,
  person BLOB NOT NULL,
  day    INTEGER NOT NULL,
  PRIMARY KEY (topic, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_person ON members (person);

CREATE TABLE posts (
  id          BLOB PRIMARY KEY,
  topic       TEXT NOT NULL,             -- '' for a care message to everybody
  at          INTEGER NOT NULL,
  planned     INTEGER NOT NULL DEFAULT 0,
  accepted    INTEGER NOT NULL DEFAULT 0,
  refused     INTEGER NOT NULL DEFAULT 0,
  sealed_text BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_by_topic ON posts (topic, at);

CREATE TABLE operators (
  name     TEXT PRIMARY KEY,
  role     TEXT NOT NULL CHECK (role IN ('counsellor', 'admin')),
  password TEXT NOT NULL,                -- Argon2id
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
