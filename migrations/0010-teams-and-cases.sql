-- What a customer tells people about its policy.
ALTER TABLE tenant
  ADD COLUMN privacy_url text NOT NULL DEFAULT '',
  ADD COLUMN policy_version text NOT NULL DEFAULT '1',
  ADD COLUMN policy_date date;

-- Who a code is being used by: the same person may try again after a crash, nobody else may.
ALTER TABLE edge.link ADD COLUMN used_by bytea;
-- The row of the tenant's own table, so that an arriving update knows its sender at once.
ALTER TABLE edge.sender ADD COLUMN sender_id uuid;
-- Wrong codes, counted by who tried and day.
CREATE TABLE edge.attempt (
  hash bytea NOT NULL,
  day date NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (hash, day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.attempt TO resolver;

-- Small doors out of a tenant's transaction: each writes for the current tenant alone.
CREATE FUNCTION edge.offer_link(p_hash bytea, p_kind text, p_grants text, p_expires timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO edge.link (hash, tenant_id, kind, grants, expires_at)
  VALUES (p_hash, current_setting('app.tenant')::uuid, p_kind, p_grants, p_expires);
$$;
CREATE FUNCTION edge.join_team(p_team text, p_user bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO edge.member (team, user_hash, tenant_id)
  VALUES (p_team, p_user, current_setting('app.tenant')::uuid) ON CONFLICT DO NOTHING;
$$;
CREATE FUNCTION edge.leave_team(p_team text, p_users bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DELETE FROM edge.member
  WHERE team = p_team AND user_hash = ANY (p_users) AND tenant_id = current_setting('app.tenant')::uuid;
$$;
-- A code works once: this ends it in the transaction that makes the member.
CREATE FUNCTION edge.spend_link(p_hashes bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DELETE FROM edge.link WHERE hash = ANY (p_hashes) AND tenant_id = current_setting('app.tenant')::uuid;
$$;
CREATE FUNCTION edge.token_of(p_channel text, p_app text, p_provider text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT token FROM edge.sender
  WHERE channel = p_channel AND app = p_app AND provider_id = p_provider
    AND tenant_id = current_setting('app.tenant')::uuid;
$$;
REVOKE ALL ON FUNCTION edge.offer_link, edge.join_team, edge.leave_team, edge.spend_link, edge.token_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.offer_link, edge.join_team, edge.leave_team, edge.spend_link, edge.token_of TO tenant_rw;

-- Audit entries that wait for their place in the chain.
CREATE TABLE audit_pending (
  tenant_id uuid NOT NULL,
  entry uuid NOT NULL,
  PRIMARY KEY (tenant_id, entry),
  FOREIGN KEY (tenant_id, entry) REFERENCES audit (tenant_id, id)
);

-- The message that carried the answer of a case: its proof of sending closes the case.
ALTER TABLE privacy_case
  ADD COLUMN answer_seq bigint;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit_pending'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
