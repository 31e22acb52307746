-- A phone that a member proved to be theirs: the code that only they were shown was written from it. The company's tests go there, and nowhere else.
-- With the epoch of its holder: once the number may be somebody else's, it proves nothing.
CREATE TABLE member_test_address (
  tenant_id uuid NOT NULL REFERENCES tenant,
  member_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  holder_epoch int NOT NULL,
  proven_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, member_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX member_test_address_contact ON member_test_address (tenant_id, contact_id);

-- The code a member was shown last, as a keyed hash, and the campaign they wanted to see. Taken once.
CREATE TABLE test_code (
  tenant_id uuid NOT NULL REFERENCES tenant,
  member_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  code bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, member_id),
  UNIQUE (tenant_id, code),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id) ON DELETE CASCADE
);

-- Each test that a member had sent to themselves: what its messages are bound to, and how many there were today.
CREATE TABLE campaign_test (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  member_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX campaign_test_member ON campaign_test (tenant_id, member_id, at);

ALTER TABLE message
  DROP CONSTRAINT message_purpose_check,
  ADD CONSTRAINT message_purpose_check CHECK (purpose IN ('marketing', 'service', 'collections', 'answer', 'case', 'test'));

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['member_test_address', 'test_code', 'campaign_test'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid)
      WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', name);
  END LOOP;
END $$;
