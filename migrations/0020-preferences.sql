-- How often the person wants promotions at most, by their own choice on the page.
ALTER TABLE contact ADD COLUMN frequency text NOT NULL DEFAULT 'all' CHECK (frequency IN ('all', 'weekly', 'monthly'));

-- What a person did on a page of ours, opened by a link that was sent to them: the evidence of what the ledger and the tokens then say.
CREATE TABLE preference_change (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  page text NOT NULL CHECK (page IN ('preferences', 'unsubscribe')),
  language text NOT NULL,
  -- Channels and times, as they stood and as the person asked; no word of theirs.
  before jsonb NOT NULL,
  asked jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX preference_change_contact ON preference_change (tenant_id, contact_id);
-- Two contacts turned out to be one: what names the first still finds the person. A link to stop works for ever.
CREATE TABLE contact_alias (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX contact_alias_contact ON contact_alias (tenant_id, contact_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['preference_change', 'contact_alias'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
