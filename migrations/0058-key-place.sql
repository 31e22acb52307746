-- The one folder that holds a customer's key backup, on whichever machine: programs elsewhere can't see it, and must not say that there is none.
CREATE TABLE key_place (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  -- As it stands in the folder itself.
  place uuid NOT NULL,
  -- As whoever wrote there last calls it: host and path, for a person to read.
  called text NOT NULL
);
ALTER TABLE key_place ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON key_place TO tenant_rw USING (tenant_id = current_setting('app.tenant')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON key_place TO tenant_rw;
