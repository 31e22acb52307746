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

-- A code that makes a member stays until it expires, with the turn that used it: the same turn, handled again after a crash, ends the same way.
ALTER TABLE edge.link ADD COLUMN spent_in uuid;
CREATE FUNCTION edge.spend_code(p_hashes bytea[], p_turn uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE edge.link SET spent_in = p_turn WHERE hash = ANY (p_hashes) AND tenant_id = current_setting('app.tenant')::uuid;
$$;
REVOKE ALL ON FUNCTION edge.spend_code FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.spend_code TO tenant_rw;
