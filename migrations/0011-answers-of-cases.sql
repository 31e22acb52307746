-- From which of our numbers the answer goes, and what was said: sealed under the tenant's key, because the person's is gone by then.
ALTER TABLE privacy_case
  ADD COLUMN sender_id uuid,
  ADD COLUMN answer_sealed bytea;
CREATE INDEX privacy_case_state ON privacy_case (tenant_id, received_at DESC);
