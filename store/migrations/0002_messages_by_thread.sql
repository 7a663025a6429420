-- Messages stand in the order of their thread, so that a thread is read from neighbouring pages and a new message
-- touches one page that is warm already, however many others are stored.
CREATE TABLE messages_by_thread (
  thread         BLOB NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  slot           INTEGER NOT NULL,
  id             BLOB NOT NULL,          -- part of what the content is sealed to
  author         TEXT NOT NULL CHECK (author IN ('employee', 'counsellor', 'system')),
  sealed_content BLOB,                   -- NULL once withdrawn
  withdrawn      INTEGER NOT NULL DEFAULT 0,
  line_message   BLOB,                   -- keyed hash, for unsend and edits
  edited_at      INTEGER NOT NULL DEFAULT 0,
  delivery       TEXT NOT NULL DEFAULT 'none' CHECK (delivery IN ('none', 'waiting', 'accepted', 'failed')),
  failure        TEXT NOT NULL DEFAULT '',
  fetched        INTEGER NOT NULL DEFAULT 0, -- the employee has been shown this answer
  PRIMARY KEY (thread, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO messages_by_thread (thread, slot, id, author, sealed_content, withdrawn, line_message, edited_at, delivery,
                                failure, fetched)
  SELECT thread, slot, id, author, sealed_content, withdrawn, line_message, edited_at, delivery, failure, fetched
  FROM messages;
DROP TABLE messages;
ALTER TABLE messages_by_thread RENAME TO messages;
CREATE INDEX messages_by_line ON messages (line_message) WHERE line_message IS NOT NULL;
