-- Somebody filled in a web form to subscribe: a wish, no permission. It counts only once that phone or mailbox itself confirms; after seven days it is gone.
CREATE TABLE sign_up_request (
  tenant_id uuid NOT NULL REFERENCES tenant,
  sign_up_id uuid NOT NULL,
  -- The lookup token of the phone or mail that was written.
  token bytea NOT NULL,
  kind text NOT NULL CHECK (kind IN ('phone', 'email')),
  channels text[] NOT NULL,
  -- The words that stood in the form.
  text_version text NOT NULL,
  language text NOT NULL,
  -- A mail address, to ask it for confirmation; a phone is never kept: it writes by itself.
  sealed bytea,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, sign_up_id, token),
  FOREIGN KEY (tenant_id, sign_up_id) REFERENCES sign_up (tenant_id, id)
);
CREATE INDEX sign_up_request_at ON sign_up_request (tenant_id, at);

ALTER TABLE sign_up_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON sign_up_request TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_up_request TO tenant_rw;
