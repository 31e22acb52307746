-- Templates as the provider keeps them, and the bodies of SMS and mail, which are reviewed by nobody but our own rules.
ALTER TABLE template
  -- Header, footer and buttons of a WhatsApp template; subject and preheader of a mail.
  ADD COLUMN parts jsonb NOT NULL DEFAULT '{}',
  -- What the provider calls it; NULL: it knows nothing of it.
  ADD COLUMN provider_id text,
  -- Why the provider refused or stopped it, by its own code.
  ADD COLUMN why text,
  ADD COLUMN changed_at timestamptz,
  -- A file that a member dropped for it, until it is fetched.
  ADD COLUMN bringing jsonb;

-- The picture, video or paper above a template's words. One a template; the bytes stand in a blob, sealed under a key of their own.
CREATE TABLE template_medium (
  tenant_id uuid NOT NULL,
  template_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('image', 'video', 'document')),
  mime text NOT NULL,
  name text NOT NULL,
  bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  blob text NOT NULL,
  blob_key bytea NOT NULL,
  brought_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, template_id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id) ON DELETE CASCADE
);
-- Where the provider has a copy, by the number it was given to; it forgets it by itself.
CREATE TABLE template_upload (
  tenant_id uuid NOT NULL,
  template_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  provider_id text NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, template_id, sender_id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id) ON DELETE CASCADE
);

-- What hangs on numbers at the provider: a WhatsApp account, where templates are kept.
ALTER TABLE sender ADD COLUMN account text;
-- Where the customer is to be found; it stands beneath every mail.
ALTER TABLE tenant ADD COLUMN address text NOT NULL DEFAULT '';

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['template_medium', 'template_upload'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
