-- Nobody needs the day on which somebody joined a topic group, and beside the hour of an anonymous question it tells who
-- was here that day.
ALTER TABLE members DROP COLUMN day;
