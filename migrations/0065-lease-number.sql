-- Which of its worker's leases a lane is held by: a late word about an earlier one frees nothing.
ALTER TABLE edge.ready ADD COLUMN lease bigint;
