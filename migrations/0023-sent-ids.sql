-- Carriers name a message in its receipts by an id of their own alone. Which of ours it is, is kept as long as receipts come.
CREATE TABLE sent_id (
  tenant_id uuid NOT NULL REFERENCES tenant,
  -- The lookup token of channel, line and id.
  provider_find bytea NOT NULL,
  batch_id bigint NOT NULL,
  seq bigint NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, provider_find)
);
CREATE INDEX sent_id_message ON sent_id (tenant_id, batch_id, seq);
CREATE INDEX sent_id_at ON sent_id (tenant_id, sent_at);

ALTER TABLE sent_id ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON sent_id TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_id TO tenant_rw;
