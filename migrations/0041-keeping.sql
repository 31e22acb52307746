-- What the program itself puts on an audit entry, under the customer's key. Entries from before have none: they stand at the beginning of a chain only,
-- and every chain is linked anew with the key.
ALTER TABLE audit ADD COLUMN mac bytea NOT NULL DEFAULT 'legacy';
ALTER TABLE audit ALTER COLUMN mac DROP DEFAULT;
INSERT INTO audit_pending (tenant_id, entry) SELECT tenant_id, entry FROM audit_link ON CONFLICT DO NOTHING;
DELETE FROM audit_link;
-- Where a chain begins since its oldest part was let go of: the last place that went, and its hash, signed.
CREATE TABLE audit_cut (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  mac bytea NOT NULL,
  at timestamptz NOT NULL
);

-- Data that must stay for a lawsuit or an authority: of a person, of a campaign, of a time, or of all three at once.
CREATE TABLE legal_hold (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  number int NOT NULL,
  contact_id uuid,
  campaign_id uuid,
  since timestamptz,
  until timestamptz,
  -- Of the person, as it is shown.
  masked text,
  -- { authority, reason }, a member's own words: sealed under the customer's key.
  sealed bytea NOT NULL,
  set_by uuid NOT NULL,
  started_at timestamptz NOT NULL,
  -- Somebody looks again whether it is still needed; it stands until it is released.
  review_at timestamptz NOT NULL,
  reminded_at timestamptz,
  released_at timestamptz,
  released_by uuid,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id),
  CHECK (num_nonnulls(contact_id, campaign_id, since, until) > 0),
  CHECK (since < until)
);
CREATE INDEX legal_hold_active ON legal_hold (tenant_id, contact_id) WHERE released_at IS NULL;
-- How long a customer keeps what its law leaves to it.
CREATE TABLE retention_setting (
  tenant_id uuid NOT NULL REFERENCES tenant,
  rule text NOT NULL,
  days int NOT NULL CHECK (days > 0),
  set_by uuid NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, rule)
);
-- One run a day. rows: { rule: { table: n } }.
CREATE TABLE retention_run (
  tenant_id uuid NOT NULL REFERENCES tenant,
  day date NOT NULL,
  begun_at timestamptz NOT NULL,
  done_at timestamptz,
  rows jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, day)
);
-- A certificate waits until no key backup holds the key of the person it names.
CREATE TABLE key_rewrite (
  tenant_id uuid NOT NULL REFERENCES tenant,
  case_id uuid NOT NULL,
  wanted_at timestamptz NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, case_id)
);
CREATE INDEX key_rewrite_waiting ON key_rewrite (tenant_id) WHERE done_at IS NULL;
-- From when a request's file is kept for so many years.
ALTER TABLE privacy_case ADD COLUMN closed_at timestamptz;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit_cut', 'legal_hold', 'retention_setting', 'retention_run', 'key_rewrite'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;

-- Small doors for what a customer's transaction may otherwise only add to. Each works for the current tenant alone.
CREATE FUNCTION edge.let_go_of_audit() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  of_tenant uuid := current_setting('app.tenant')::uuid;
  n bigint;
BEGIN
  WITH links AS (DELETE FROM audit_link l USING audit_cut c
                 WHERE l.tenant_id = of_tenant AND c.tenant_id = of_tenant AND l.seq <= c.seq RETURNING l.entry)
  DELETE FROM audit a USING links WHERE a.tenant_id = of_tenant AND a.id = links.entry;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Messages whose time is over become figures: what the trigger takes from the counters is put back in a shard of its own, which no transaction counts in.
CREATE FUNCTION edge.let_go_of_messages(p_batch bigint, p_seqs bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  of_tenant uuid := current_setting('app.tenant')::uuid;
  n bigint;
BEGIN
  INSERT INTO campaign_residue AS r (tenant_id, batch_id, what, n)
  SELECT m.tenant_id, m.batch_id, k.what, count(*) FROM message m
  JOIN campaign c ON c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id CROSS JOIN unnest(ARRAY['left', 'complained']) AS k(what)
  WHERE m.tenant_id = of_tenant AND m.batch_id = p_batch AND m.seq = ANY (p_seqs) AND m.state <> 'left_out' AND EXISTS (
    SELECT 1 FROM consent w WHERE w.tenant_id = m.tenant_id AND w.contact_id = m.contact_id AND w.act = 'withdrawn' AND w.at >= c.frozen_at
      AND (k.what = 'left' OR w.source = 'complaint'))
  GROUP BY 1, 2, 3 ON CONFLICT (tenant_id, batch_id, what) DO UPDATE SET n = r.n + excluded.n;
  IF p_batch > 0 THEN
    INSERT INTO message_count AS c (tenant_id, batch_id, shard, state, reason, n)
    SELECT m.tenant_id, m.batch_id, -1, m.state, coalesce(m.reason, ''), count(*) FROM message m
    WHERE m.tenant_id = of_tenant AND m.batch_id = p_batch AND m.seq = ANY (p_seqs) GROUP BY 1, 2, 4, 5
    ON CONFLICT (tenant_id, batch_id, shard, state, reason) DO UPDATE SET n = c.n + excluded.n;
  END IF;
  DELETE FROM sent_id s WHERE s.tenant_id = of_tenant AND s.batch_id = p_batch AND s.seq = ANY (p_seqs);
  DELETE FROM message m WHERE m.tenant_id = of_tenant AND m.batch_id = p_batch AND m.seq = ANY (p_seqs);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- What remains of a campaign when none of its rows is left: sums without an hour, and none of fewer people than that.
CREATE FUNCTION edge.fold_campaign(p_batch bigint, p_least int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE of_tenant uuid := current_setting('app.tenant')::uuid;
BEGIN
  IF EXISTS (SELECT 1 FROM message m WHERE m.tenant_id = of_tenant AND m.batch_id = p_batch) THEN RETURN; END IF;
  WITH gone AS (DELETE FROM message_count WHERE tenant_id = of_tenant AND batch_id = p_batch RETURNING state, reason, n),
    cells AS (SELECT state, reason, sum(n)::bigint AS n FROM gone GROUP BY 1, 2 HAVING sum(n) > 0)
  INSERT INTO message_count (tenant_id, batch_id, shard, state, reason, n)
  SELECT of_tenant, p_batch, -1, state, CASE WHEN n < p_least THEN '' ELSE reason END, sum(n) FROM cells GROUP BY 4, 5 HAVING sum(n) >= p_least;
  WITH gone AS (DELETE FROM campaign_hour WHERE tenant_id = of_tenant AND batch_id = p_batch RETURNING what, hour, n)
  INSERT INTO campaign_hour (tenant_id, batch_id, shard, hour, what, n)
  SELECT of_tenant, p_batch, -1, date_trunc('day', min(hour), 'UTC'), what, sum(n)::bigint FROM gone GROUP BY what HAVING sum(n) >= p_least;
  DELETE FROM campaign_residue WHERE tenant_id = of_tenant AND batch_id = p_batch AND n < p_least;
  DELETE FROM link_visit WHERE tenant_id = of_tenant AND batch_id = p_batch AND n < p_least;
END $$;

-- A request's whole file: whatever stands in a table under its id, then itself.
CREATE FUNCTION edge.let_go_of_case(p_case uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  of_tenant uuid := current_setting('app.tenant')::uuid;
  of_table text;
  n bigint := 0;
  more bigint;
BEGIN
  FOR of_table IN SELECT c.relname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'public'
    WHERE c.relkind = 'r' AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('tenant_id', 'case_id'))
    ORDER BY 1
  LOOP
    EXECUTE format('DELETE FROM %I WHERE tenant_id = $1 AND case_id = $2', of_table) USING of_tenant, p_case;
    GET DIAGNOSTICS more = ROW_COUNT;
    n := n + more;
  END LOOP;
  DELETE FROM message WHERE tenant_id = of_tenant AND batch_id = 0 AND purpose = 'case' AND bound_to = p_case;
  GET DIAGNOSTICS more = ROW_COUNT;
  n := n + more;
  DELETE FROM privacy_case WHERE tenant_id = of_tenant AND id = p_case;
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN n + more;
END $$;

REVOKE ALL ON FUNCTION edge.let_go_of_audit, edge.let_go_of_messages, edge.fold_campaign, edge.let_go_of_case FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.let_go_of_audit, edge.let_go_of_messages, edge.fold_campaign, edge.let_go_of_case TO tenant_rw;
