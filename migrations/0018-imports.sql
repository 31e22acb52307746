-- Lists of people that a customer brings. The file itself is a sealed blob, and only until its people are in.
CREATE TABLE import (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  -- Of the file, as the member named it; its bytes, and what tells it from any other.
  name text NOT NULL,
  bytes bigint NOT NULL DEFAULT 0,
  sha256 bytea NOT NULL DEFAULT '',
  -- Where the file is and what opens it; NULL once it is gone.
  blob text,
  blob_key bytea,
  -- Where it is to be fetched from: { team, file, by }.
  source jsonb,
  -- How it is written and what each column becomes.
  reading jsonb NOT NULL DEFAULT '{}',
  -- fetching: on its way from where a member put it; counting: being looked through, nothing stored; counted: waits for a member; running; done; discarded; stopped: could not be read to its end
  state text NOT NULL CHECK (state IN ('fetching', 'counting', 'counted', 'running', 'done', 'discarded', 'stopped')),
  reason text,
  -- What it would do, what it has done, and up to which row: each batch writes them in its own transaction.
  preview jsonb NOT NULL DEFAULT '{}',
  counts jsonb NOT NULL DEFAULT '{}',
  checkpoint int NOT NULL DEFAULT 0,
  brought_by uuid NOT NULL,
  -- What a member attests of its people's permission: without it they are stored, and promotions do not go to them.
  attested_by uuid,
  attested_at timestamptz,
  statement text,
  text_version text,
  text_language text,
  text_hash bytea,
  channels text[] NOT NULL DEFAULT '{}',
  collected_at timestamptz,
  place text,
  -- The file with the rows that were not taken, where it was put.
  handed_back text,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT import_attestation CHECK (num_nulls(attested_by, attested_at, statement, text_version, text_hash, collected_at, place) IN (0, 7)
    AND (attested_by IS NULL) = (cardinality(channels) = 0))
);
CREATE INDEX import_file ON import (tenant_id, sha256);
-- Rows that were not taken, and why. Their words are in the file alone.
CREATE TABLE import_reject (
  tenant_id uuid NOT NULL,
  import_id uuid NOT NULL,
  "row" int NOT NULL,
  reason text NOT NULL,
  "column" text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, import_id, "row"),
  FOREIGN KEY (tenant_id, import_id) REFERENCES import (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['import', 'import_reject'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;

-- While it works on a long list its lease is made longer, so that nobody else begins it.
CREATE FUNCTION edge.import_goes_on(p_lane bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE edge.ready SET due_at = clock_timestamp() + interval '30 seconds', leased_until = clock_timestamp() + interval '30 seconds'
  WHERE kind = 'import' AND tenant_id = current_setting('app.tenant')::uuid AND lane = p_lane;
$$;
-- Statistics after a bulk load need the owner; as a tenant it would be skipped with only a warning.
CREATE FUNCTION edge.analyze_people() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_catalog AS $$ ANALYZE contact, contact_key, identifier, standing, attribute, consent $$;
REVOKE ALL ON FUNCTION edge.import_goes_on, edge.analyze_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.import_goes_on, edge.analyze_people TO tenant_rw;
