-- Whoever leased a lane holds it until then. A lane that is worked on may become due again, but is nobody else's before: otherwise every arrival
-- would put one more worker before the lane's lock, and count as a try.
ALTER TABLE edge.ready ADD COLUMN leased_until timestamptz;
-- Never written.
ALTER TABLE message DROP COLUMN first_byte_at;
