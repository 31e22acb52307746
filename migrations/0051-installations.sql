-- A workspace that let us in by OAuth: what keeps its token alive. The token itself is edge.sender's; empty there once the workspace has shown us out.
CREATE TABLE edge.installation (
  app text NOT NULL,
  team text NOT NULL,
  tenant_id uuid NOT NULL,
  bot_user text NOT NULL,
  -- As it allows them.
  scopes text[] NOT NULL,
  -- For the next token, sealed under the master key; NULL: this one does not end.
  refresh bytea,
  ends_at timestamptz,
  installed_at timestamptz NOT NULL,
  -- Since when and why it is over: app_uninstalled, tokens_revoked, invalid_refresh_token.
  over_at timestamptz,
  over_why text,
  PRIMARY KEY (app, team),
  CHECK ((refresh IS NULL) = (ends_at IS NULL))
);
CREATE INDEX installation_ending ON edge.installation (ends_at) WHERE refresh IS NOT NULL AND over_at IS NULL;
-- What goes to Slack and comes back, once, in the browser that it left from. Hashes only.
CREATE TABLE edge.oauth_state (
  hash bytea PRIMARY KEY,
  browser bytea NOT NULL,
  -- Of an invitation to a customer that is with us already.
  invitation bytea,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.installation, edge.oauth_state TO resolver;

-- The current tenant's workspace has shown us out: its tokens are destroyed. What was told before it let us in again says nothing of now.
CREATE FUNCTION edge.end_installation(p_app text, p_team text, p_why text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE mine uuid := current_setting('app.tenant')::uuid;
BEGIN
  IF EXISTS (SELECT 1 FROM edge.installation
             WHERE app = p_app AND team = p_team AND date_trunc('second', installed_at) > p_at) THEN
    RETURN false;
  END IF;
  UPDATE edge.installation SET refresh = NULL, ends_at = NULL, over_at = p_at, over_why = p_why
  WHERE app = p_app AND team = p_team AND tenant_id = mine AND over_at IS NULL;
  UPDATE edge.sender SET token = ''
  WHERE channel = 'slack' AND app = p_app AND provider_id = p_team AND tenant_id = mine AND token <> '';
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION edge.end_installation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.end_installation TO tenant_rw;

-- A number of the customer's own on its way to becoming one of ours: one at a time.
CREATE TABLE connection (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  started_by uuid NOT NULL,
  -- checking, number (one is to be chosen), connecting, ready (a message is waited for), done; wrong: `code` says what.
  state text NOT NULL CHECK (state IN ('checking', 'number', 'connecting', 'ready', 'done', 'wrong')),
  code text,
  -- As the customer brought it, sealed under its own key; gone when the number is ours.
  token bytea,
  token_ends_at timestamptz,
  account text,
  -- What the account has: id, label, name, state, limit.
  numbers jsonb NOT NULL DEFAULT '[]',
  chosen text,
  -- To register the number with, sealed; gone when it was asked.
  pin bytea,
  connected_at timestamptz,
  updated_at timestamptz NOT NULL
);
ALTER TABLE connection ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON connection TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON connection TO tenant_rw;
