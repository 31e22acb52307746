-- By which other channels a campaign's message goes where the one before could not reach somebody: in their order, each with a batch of its own.
CREATE TABLE campaign_fallback (
  tenant_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  place smallint NOT NULL CHECK (place BETWEEN 1 AND 2),
  template_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  -- Its messages have the number of the one that failed; a later place always has a later batch.
  batch_id bigint NOT NULL DEFAULT nextval('batch_seq'),
  -- What was approved with the campaign; NULL until it is frozen.
  content_hash bytea,
  PRIMARY KEY (tenant_id, campaign_id, place),
  UNIQUE (tenant_id, batch_id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id),
  FOREIGN KEY (tenant_id, sender_id) REFERENCES sender (tenant_id, id)
);
-- A number or address by which nothing goes through: how often in a row, of whatever campaign. No row: all is well. When it is open, campaigns wait
-- and one message at a time is tried.
CREATE TABLE sender_breaker (
  tenant_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  troubles int NOT NULL CHECK (troubles > 0),
  -- Of the first of them, by the database's clock.
  since timestamptz NOT NULL,
  -- The last one's.
  code text NOT NULL,
  -- NULL: not open yet.
  opened_at timestamptz,
  -- How often it was tried since, and when it may be again, by the database's clock.
  probes int NOT NULL DEFAULT 0,
  probe_at timestamptz,
  PRIMARY KEY (tenant_id, sender_id),
  FOREIGN KEY (tenant_id, sender_id) REFERENCES sender (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['campaign_fallback', 'sender_breaker'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
