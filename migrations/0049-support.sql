-- What support was shown of a person in the open, to whom and why. The audit keeps the same for years; this is for as long as it stands on somebody's screen.
CREATE TABLE reveal (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  member_id uuid NOT NULL,
  what text NOT NULL CHECK (what IN ('number', 'talk')),
  reason text NOT NULL CHECK (reason IN ('dispute', 'fraud', 'asked', 'legal')),
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  -- When its post was drawn without it.
  hidden_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id) ON DELETE CASCADE
);
-- Few stand open at any time, and a member's of a day are counted.
CREATE INDEX reveal_open ON reveal (tenant_id, until) WHERE hidden_at IS NULL;
CREATE INDEX reveal_member ON reveal (tenant_id, member_id, at);

-- What a provider says of one of our numbers: asked for from time to time, and whenever it tells that something changed.
CREATE TABLE sender_health (
  tenant_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  name text NOT NULL DEFAULT '',
  -- GREEN, YELLOW, RED, UNKNOWN
  quality text NOT NULL DEFAULT 'UNKNOWN',
  status text NOT NULL DEFAULT 'UNKNOWN',
  -- AVAILABLE, LIMITED, BLOCKED, UNKNOWN
  can_send text NOT NULL DEFAULT 'UNKNOWN',
  -- Messages a second, both ways; NULL: not said.
  throughput int,
  -- Codes of what stands in the way, as `advice` knows them.
  problems text[] NOT NULL DEFAULT '{}',
  checked_at timestamptz,
  -- When it last told us anything: to half a minute.
  heard_at timestamptz,
  -- Why the last try to ask failed; NULL: it did not.
  failed text,
  PRIMARY KEY (tenant_id, sender_id),
  FOREIGN KEY (tenant_id, sender_id) REFERENCES sender (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reveal', 'sender_health'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;

-- Our own workspace: a customer that lets somebody of it in may write to them there, and that is all it may do in it.
ALTER TABLE edge.sender ADD COLUMN staff boolean NOT NULL DEFAULT false;
-- Our people look after several customers: until when each lets them in, and of which they spoke of last.
ALTER TABLE edge.member ADD COLUMN until timestamptz, ADD COLUMN chosen_at timestamptz;

CREATE OR REPLACE FUNCTION edge.token_of(p_channel text, p_app text, p_provider text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT token FROM edge.sender s
  WHERE channel = p_channel AND app = p_app AND provider_id = p_provider
    AND (tenant_id = current_setting('app.tenant')::uuid
      OR staff AND EXISTS (SELECT 1 FROM edge.member m WHERE m.team = s.provider_id AND m.tenant_id = current_setting('app.tenant')::uuid));
$$;
-- Until when this customer lets one of our people in.
CREATE FUNCTION edge.let_in(p_team text, p_users bytea[], p_until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE edge.member SET until = p_until
  WHERE team = p_team AND user_hash = ANY (p_users) AND tenant_id = current_setting('app.tenant')::uuid;
$$;
-- The customers that one of our people looks after now, for themselves alone.
CREATE FUNCTION edge.companies_of(p_team text, p_users bytea[], p_now timestamptz) RETURNS TABLE (tenant_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT DISTINCT t.tenant_id, t.name FROM edge.member m
  JOIN edge.sender s ON s.channel = 'slack' AND s.provider_id = m.team AND s.staff
  JOIN public.tenant t ON t.tenant_id = m.tenant_id
  WHERE m.team = p_team AND m.user_hash = ANY (p_users) AND m.until > p_now ORDER BY t.name;
$$;
-- From here on they speak of that one.
CREATE FUNCTION edge.choose_company(p_team text, p_users bytea[], p_tenant uuid, p_now timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH chosen AS (
    UPDATE edge.member SET chosen_at = p_now
    WHERE team = p_team AND user_hash = ANY (p_users) AND tenant_id = p_tenant AND until > p_now RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM chosen);
$$;
REVOKE ALL ON FUNCTION edge.let_in, edge.companies_of, edge.choose_company FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.let_in, edge.companies_of, edge.choose_company TO tenant_rw;
