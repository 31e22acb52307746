-- The copy of a person's data that a case owes them: one file, sealed, found by a link of which only a keyed hash is kept here in the open.
-- It has its link before it is made, so that a letter can be shown before it is sent. sealed: the file's key and the link, under the person's own key. missing: what a copy lacks that may not be made without it.
CREATE TABLE package (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('access', 'portability')),
  holder_epoch int NOT NULL,
  built_at timestamptz,
  missing text[] NOT NULL DEFAULT '{}',
  redacted int NOT NULL DEFAULT 0,
  bytes bigint,
  sha256 bytea,
  blob text,
  sealed bytea,
  link bytea,
  told_at timestamptz,
  expires_at timestamptz NOT NULL,
  downloads int NOT NULL DEFAULT 0,
  fetched_at timestamptz,
  purged_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, case_id),
  UNIQUE (tenant_id, link),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX package_contact ON package (tenant_id, contact_id);
CREATE INDEX package_standing ON package (tenant_id, expires_at) WHERE blob IS NOT NULL;

ALTER TABLE package ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON package TO tenant_rw USING (tenant_id = current_setting('app.tenant')::uuid)
  WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON package TO tenant_rw;

-- Who stands for the company (art. 14 ter b), and which interest it is where that is the basis (art. 5 e).
ALTER TABLE tenant ADD COLUMN representative text NOT NULL DEFAULT '';
ALTER TABLE declared_purpose ADD COLUMN interest text NOT NULL DEFAULT '';
