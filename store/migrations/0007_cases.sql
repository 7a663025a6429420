-- Whom an employee wants kept out of a case, and what stands beside one.
ALTER TABLE threads ADD COLUMN kept_out BLOB NOT NULL DEFAULT x''; -- 16 bytes for each: a keyed hash, no name
-- The case that this thread stands beside: its contact card (kind 'case', no person), or an alert in it for those
-- on duty who do not hold the case itself (kind 'alert').
ALTER TABLE threads ADD COLUMN about BLOB REFERENCES threads (id) ON DELETE CASCADE;
CREATE INDEX threads_by_about ON threads (about) WHERE about IS NOT NULL;

-- Who opened this thread, for the employee who asks.
CREATE INDEX audit_by_object ON audit (object) WHERE object IS NOT NULL;
