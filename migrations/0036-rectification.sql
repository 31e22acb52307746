-- What a person wants corrected: each field as it was and as it should be, sealed under their own key, until the controller has decided.
-- field: `name`, `email`, or what the customer calls one of its own columns.
CREATE TABLE rectification (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  field text NOT NULL,
  sealed bytea NOT NULL,
  said_at timestamptz NOT NULL,
  -- the person saw both and said yes
  confirmed_at timestamptz,
  applied_at timestamptz,
  PRIMARY KEY (tenant_id, case_id, field),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
-- What a person had corrected: from then on no list says otherwise.
CREATE TABLE rectified (
  tenant_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  field text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, field),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
-- Who had got from the customer what was corrected since: they are to be told. Ids of the register and names of fields, no values.
CREATE TABLE correction_notice (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  subprocessor text NOT NULL,
  fields text[] NOT NULL,
  noted_at timestamptz NOT NULL,
  told_at timestamptz,
  told_by uuid,
  PRIMARY KEY (tenant_id, case_id, subprocessor),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
-- Who of the customer looks after a case. It says who is told, never who may decide.
ALTER TABLE privacy_case
  ADD COLUMN handed_to uuid,
  ADD FOREIGN KEY (tenant_id, handed_to) REFERENCES member (tenant_id, id) ON DELETE SET NULL (handed_to);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['rectification', 'rectified', 'correction_notice'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid)
      WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', name);
  END LOOP;
END $$;
