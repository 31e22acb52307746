-- What an erasure had to leave standing: by which exception, until when, or for which legal hold. It is erased when nothing covers it any more.
CREATE TABLE erasure_kept (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  category text NOT NULL,
  -- As in rights.yaml; of a legal hold: claims.
  ground text NOT NULL,
  -- NULL: as long as its ground lasts.
  until timestamptz,
  hold_id uuid,
  erased_at timestamptz,
  PRIMARY KEY (tenant_id, case_id, category)
);
-- Its case may be missing: after a restore the ledger knows of erasures that the backup does not.
CREATE INDEX erasure_kept_standing ON erasure_kept (tenant_id, case_id) WHERE erased_at IS NULL;

-- Keyed hashes of all that somebody was known by, until the search for traces has found nothing under them.
CREATE TABLE erasure_mark (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  token bytea NOT NULL,
  PRIMARY KEY (tenant_id, case_id, token),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);

-- What is asked of a provider about somebody who is being erased. What names them is sealed under their own key, and emptied when it is settled.
CREATE TABLE provider_erasure (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  id uuid NOT NULL,
  sender_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('contact', 'medium')),
  sealed bytea,
  -- asked, done, refused (it has none), lost (nobody knows)
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'refused', 'lost')),
  tries int NOT NULL DEFAULT 0,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, case_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);

-- The very bytes of a signed certificate. A later one replaces none: what was kept and has gone since is certified anew.
CREATE TABLE certificate (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  version int NOT NULL,
  issued_at timestamptz NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (tenant_id, case_id, version),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['erasure_kept', 'erasure_mark', 'provider_erasure', 'certificate'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid)
      WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO tenant_rw', name);
  END LOOP;
END $$;
REVOKE UPDATE ON certificate FROM tenant_rw;
GRANT DELETE ON erasure_mark TO tenant_rw;

-- Every key that certificates and reports were ever signed with, for whoever verifies one.
CREATE TABLE edge.signing_key (
  id text PRIMARY KEY,
  public_key text NOT NULL,
  since timestamptz NOT NULL
);
GRANT SELECT, INSERT ON edge.signing_key TO resolver;
