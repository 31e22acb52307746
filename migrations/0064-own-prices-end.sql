-- No price of its own: from that day on the product's list holds again.
ALTER TABLE rate ALTER COLUMN price DROP NOT NULL,
  ADD CHECK (price >= 0);
