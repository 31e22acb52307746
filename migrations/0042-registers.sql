-- The contract states its six points, and is what was signed.
ALTER TABLE contract
  ADD COLUMN object text NOT NULL DEFAULT '',
  ADD COLUMN duration text NOT NULL DEFAULT '',
  ADD COLUMN purpose text NOT NULL DEFAULT '',
  ADD COLUMN data text NOT NULL DEFAULT '',
  ADD COLUMN subjects text NOT NULL DEFAULT '',
  ADD COLUMN duties text NOT NULL DEFAULT '',
  ADD COLUMN hash bytea;
-- Whoever signed before signed the standard version, where they stand.
UPDATE contract SET object = 'v' || version, duration = 'v' || version, purpose = 'v' || version, data = 'v' || version,
  subjects = 'v' || version, duties = 'v' || version;

-- Assessments of the impact on people: due before anything is sent to very many.
CREATE TABLE impact_assessment (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  reference text NOT NULL,
  -- How many there were then.
  people int NOT NULL,
  made_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
INSERT INTO impact_assessment (tenant_id, id, reference, people, made_at, recorded_by)
  SELECT tenant_id, gen_random_uuid(), 'v' || version, 0, assessed_at, 'system:migration' FROM contract;
ALTER TABLE contract DROP COLUMN assessed_at;

ALTER TABLE transfer
  ADD COLUMN document text NOT NULL DEFAULT '',
  ADD CONSTRAINT transfer_ground_check CHECK (ground IN ('adequacy', 'clauses', 'bcr', 'certification', 'agency_authorization'));

-- Who gets what of the people in a batch of messages: names of fields, written before the first of them leaves. Batch 0: single messages, by channel.
CREATE TABLE disclosure (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  channel text NOT NULL,
  subprocessor text NOT NULL,
  country text NOT NULL,
  fields text[] NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, channel, subprocessor)
);

-- What an authority asks for. Nothing is handed over without a row here that two other people have approved.
CREATE TABLE authority_request (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  number int NOT NULL,
  authority text NOT NULL,
  -- The law that obliges, and the paper by which it was asked.
  basis text NOT NULL CHECK (basis <> ''),
  document text NOT NULL CHECK (document <> ''),
  fields text[] NOT NULL,
  -- Whom it asks about: sealed under the customer's key.
  people int NOT NULL CHECK (people > 0),
  sealed bytea NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL CHECK (until >= since),
  recorded_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  approved_by uuid,
  approved_at timestamptz,
  seconded_by uuid,
  seconded_at timestamptz,
  refused_by uuid,
  refused_at timestamptz,
  reason text,
  exported_at timestamptz,
  exported_by text,
  items int,
  sha256 bytea,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  CHECK (approved_by <> recorded_by AND seconded_by <> recorded_by AND seconded_by <> approved_by),
  CHECK (seconded_by IS NULL OR approved_by IS NOT NULL),
  CHECK (exported_at IS NULL OR (seconded_by IS NOT NULL AND refused_by IS NULL AND sha256 IS NOT NULL))
);
-- What happened to people's data that should not have.
CREATE TABLE incident (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  number int NOT NULL,
  nature text NOT NULL CHECK (nature IN ('destruction', 'leak', 'loss', 'alteration', 'access')),
  what text NOT NULL,
  effects text NOT NULL,
  measures text NOT NULL,
  -- Whose: everybody, campaign (its id), channel (its name).
  scope text NOT NULL CHECK (scope IN ('everybody', 'campaign', 'channel')),
  scope_of text NOT NULL DEFAULT '',
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  -- Categories of data: what somebody said, and what was found.
  categories text[] NOT NULL,
  affected int NOT NULL,
  minors int NOT NULL,
  in_debt int NOT NULL,
  must_notify_subjects boolean NOT NULL,
  found_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by text NOT NULL,
  controller_told_at timestamptz,
  agency_told_at timestamptz,
  agency_reference text,
  people_told_at timestamptz,
  reminded_at timestamptz,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  CHECK (closed_at IS NULL OR people_told_at IS NOT NULL OR NOT must_notify_subjects)
);

-- Who of a team was told of a version of our own policy, and who said that they read it.
CREATE TABLE policy_notice (
  tenant_id uuid NOT NULL,
  member_id uuid NOT NULL,
  version text NOT NULL,
  told_at timestamptz NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (tenant_id, member_id, version),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['impact_assessment', 'disclosure', 'authority_request', 'incident', 'policy_notice'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
