-- Handing the content of named threads to somebody outside by law.

CREATE TABLE disclosures (
  id          BLOB PRIMARY KEY,
  basis       TEXT NOT NULL CHECK (basis IN ('consent', 'court_order', 'statute')),
  recipient   BLOB NOT NULL,               -- public key to which the file is sealed
  sealed      BLOB NOT NULL,               -- clause, recipient's name, clause of silence, labels of the threads
  asked_by    TEXT NOT NULL,
  asked_at    INTEGER NOT NULL,
  until       INTEGER NOT NULL,            -- nothing is approved or carried out afterwards
  exported_by TEXT NOT NULL DEFAULT '',
  exported_at INTEGER NOT NULL DEFAULT 0,
  mark        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE disclosure_approvals (
  disclosure BLOB NOT NULL REFERENCES disclosures (id) ON DELETE CASCADE,
  operator   TEXT NOT NULL,
  roles      TEXT NOT NULL,                -- as whom they approved
  at         INTEGER NOT NULL,
  mark       BLOB NOT NULL,
  PRIMARY KEY (disclosure, operator)
) STRICT, WITHOUT ROWID;

-- The sealed file for 72 hours. In no backup.
CREATE TABLE disclosure_files (
  disclosure BLOB PRIMARY KEY REFERENCES disclosures (id) ON DELETE CASCADE,
  made_at    INTEGER NOT NULL,
  sealed     BLOB NOT NULL
) STRICT;
