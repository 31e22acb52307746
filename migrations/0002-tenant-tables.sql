-- Every tenant table: tenant_id first in its key, row-level security that raises when no tenant is set
-- (a policy that means "no rows" would let every NOT EXISTS pass).
CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL,
  legal_name text NOT NULL,
  rut text NOT NULL DEFAULT '',
  country text NOT NULL DEFAULT 'CL',
  zone text NOT NULL DEFAULT 'America/Santiago',
  language text NOT NULL DEFAULT 'es',
  contact text NOT NULL DEFAULT '',
  sending_stopped_at timestamptz,
  next_campaign int NOT NULL DEFAULT 100,
  next_case int NOT NULL DEFAULT 200,
  created_at timestamptz NOT NULL
);
-- Root keys of the tenant, wrapped by the master key. kind: data, find, stop.
CREATE TABLE tenant_key (
  tenant_id uuid NOT NULL REFERENCES tenant,
  kind text NOT NULL,
  version int NOT NULL,
  wrapped bytea NOT NULL,
  PRIMARY KEY (tenant_id, kind, version)
);
-- Where a purpose's posts go in Slack: campaigns, privacy, support.
CREATE TABLE place (
  tenant_id uuid NOT NULL REFERENCES tenant,
  purpose text NOT NULL,
  team text NOT NULL,
  channel text NOT NULL,
  PRIMARY KEY (tenant_id, purpose)
);
CREATE TABLE sender (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  channel text NOT NULL,
  app text NOT NULL,
  provider_id text NOT NULL,
  label text NOT NULL,
  rate_per_second int NOT NULL DEFAULT 20,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, app, provider_id)
);
CREATE TABLE member (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  team text NOT NULL,
  slack_user text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL,
  language text NOT NULL DEFAULT 'es',
  -- Connectus staff see a customer only while a grant lasts.
  granted_until timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, team, slack_user)
);

-- A person who receives. The sealed blob (name, …) is under the person's own key; destroying that key erases them.
CREATE TABLE contact (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  sealed bytea,
  language text NOT NULL DEFAULT 'es',
  zone text NOT NULL DEFAULT 'America/Santiago',
  country text NOT NULL DEFAULT 'CL',
  holder_epoch int NOT NULL DEFAULT 1,
  blocked_at timestamptz,
  hand_off_at timestamptz,
  greeted_at timestamptz,
  last_inbound_at timestamptz,
  -- Narrow copies of what the tokens and the ledger say, for counting and planning; the claim asks the tokens themselves.
  stopped boolean NOT NULL DEFAULT false,
  consented boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 80);
CREATE TABLE contact_key (
  tenant_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  wrapped bytea NOT NULL,
  PRIMARY KEY (tenant_id, contact_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
-- find: lookup token; stop: suppression token. Two keys, so that one table can never be joined to the other's purpose.
CREATE TABLE identifier (
  tenant_id uuid NOT NULL,
  kind text NOT NULL,
  find bytea NOT NULL,
  stop bytea NOT NULL,
  contact_id uuid NOT NULL,
  sealed bytea NOT NULL,
  source text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, kind, find),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX identifier_contact ON identifier (tenant_id, contact_id);
-- Plain attributes that segments ask for; text or number, because array and JSON operators are not leakproof and lose the index under row-level security.
CREATE TABLE attribute (
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  contact_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, key, value, contact_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX attribute_contact ON attribute (tenant_id, contact_id);
-- The ledger of permission: append-only. act: given, withdrawn. No evidence, no promotion.
CREATE TABLE consent (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  channel text NOT NULL,
  purpose text NOT NULL,
  act text NOT NULL CHECK (act IN ('given', 'withdrawn')),
  at timestamptz NOT NULL,
  text_hash bytea,
  text_version text,
  language text,
  source text NOT NULL,
  actor text NOT NULL,
  evidence text,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX consent_contact ON consent (tenant_id, contact_id, channel, purpose, at DESC);
CREATE TABLE consent_text (
  tenant_id uuid NOT NULL REFERENCES tenant,
  version text NOT NULL,
  language text NOT NULL,
  hash bytea NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (tenant_id, version, language)
);
-- Who must not be written to. Holds no number and no name; survives erasure. strength: stop, or hold (reversible).
CREATE TABLE suppression (
  tenant_id uuid NOT NULL REFERENCES tenant,
  token bytea NOT NULL,
  channel text NOT NULL DEFAULT 'all',
  purpose text NOT NULL DEFAULT 'marketing',
  strength text NOT NULL CHECK (strength IN ('stop', 'hold')),
  effective_at timestamptz NOT NULL,
  source text NOT NULL,
  evidence text,
  key_version int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, token, channel, purpose)
);

CREATE TABLE template (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  channel text NOT NULL,
  name text NOT NULL,
  language text NOT NULL,
  category text NOT NULL,
  status text NOT NULL,
  body text NOT NULL,
  -- What fills {{1}}, {{2}}, …: `name` (with a fallback) or a fixed text.
  variables jsonb NOT NULL DEFAULT '[]',
  stop_word text,
  version int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, name, language)
);
CREATE TABLE segment (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  name text NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CREATE TABLE campaign (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  number int NOT NULL,
  batch_id bigint NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  template_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  scheduled_at timestamptz,
  version int NOT NULL DEFAULT 1,
  content_hash bytea,
  author_id uuid NOT NULL,
  approver_id uuid,
  comment text,
  frozen_at timestamptz,
  started_at timestamptz,
  done_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  UNIQUE (tenant_id, batch_id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id),
  FOREIGN KEY (tenant_id, segment_id) REFERENCES segment (tenant_id, id)
);

-- One row a message. Batch 0 holds single replies; a campaign has a batch of its own. Nothing that changes with state is indexed (it would cost every in-page update).
CREATE TABLE message (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  seq bigint NOT NULL,
  contact_id uuid NOT NULL,
  sender_id uuid NOT NULL,
  channel text NOT NULL,
  -- why it may leave: marketing (the gate decides), answer (to an inbound message), case (of a data subject's request)
  purpose text NOT NULL CHECK (purpose IN ('marketing', 'answer', 'case')),
  -- planned, queued, claimed, sending, accepted, sent, delivered, read, failed, unknown, cancelled, left_out
  state text NOT NULL,
  reason text,
  bound_to uuid,
  sealed bytea,
  body_hash bytea,
  provider_find bytea,
  attempts int NOT NULL DEFAULT 0,
  not_before timestamptz,
  claimed_at timestamptz,
  lease_until timestamptz,
  first_byte_at timestamptz,
  accepted_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, seq),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
) WITH (fillfactor = 50);
CREATE INDEX message_contact ON message (tenant_id, contact_id, created_at);
CREATE SEQUENCE message_seq;
GRANT USAGE ON SEQUENCE message_seq TO tenant_rw;
CREATE SEQUENCE batch_seq START 1;
GRANT USAGE ON SEQUENCE batch_seq TO tenant_rw;
-- Every receipt, in order of arrival; the message's state is their maximum.
CREATE TABLE receipt (
  tenant_id uuid NOT NULL,
  batch_id bigint NOT NULL,
  seq bigint NOT NULL,
  status text NOT NULL,
  at timestamptz NOT NULL,
  code text,
  PRIMARY KEY (tenant_id, batch_id, seq, status),
  FOREIGN KEY (tenant_id, batch_id, seq) REFERENCES message (tenant_id, batch_id, seq) ON DELETE CASCADE
);
-- Receipts that came for nobody we know: a count a day, no reference to a person.
CREATE TABLE receipt_residue (
  tenant_id uuid NOT NULL REFERENCES tenant,
  day date NOT NULL,
  status text NOT NULL,
  why text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, status, why)
);

-- Everything that came in, sealed before anybody is known. A lane is a person, or a sender's receipts.
CREATE TABLE inbox (
  tenant_id uuid NOT NULL,
  lane bytea NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  channel text NOT NULL,
  app text NOT NULL,
  sender text NOT NULL,
  dedup bytea NOT NULL,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  sealed bytea NOT NULL,
  handled_at timestamptz,
  outcome text,
  contact_id uuid,
  PRIMARY KEY (tenant_id, lane, id),
  UNIQUE (tenant_id, dedup)
) WITH (fillfactor = 80);
CREATE INDEX inbox_contact ON inbox (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
-- Where a conversation stands: sealed, expires.
CREATE TABLE dialog (
  tenant_id uuid NOT NULL REFERENCES tenant,
  lane bytea NOT NULL,
  contact_id uuid,
  sealed bytea NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, lane)
);
-- Every post of ours in Slack, from the first one, so that each can be found again, brought up to date and deleted.
-- A lane is one Slack channel: its posts leave in order.
CREATE TABLE slack_post (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  lane bytea NOT NULL,
  contact_id uuid,
  topic text,
  -- Drawn anew when its topic changes: { intent, card, args }, ids only.
  card jsonb,
  sealed bytea,
  team text NOT NULL,
  place jsonb NOT NULL,
  language text NOT NULL,
  -- queued, posting, posted, unknown, failed, removing, deleted
  state text NOT NULL,
  pending boolean NOT NULL DEFAULT true,
  -- Counts the wishes to draw it again, so that none is lost while it is being drawn.
  wanted int NOT NULL DEFAULT 0,
  not_before timestamptz,
  provider_id text,
  shown_hash bytea,
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX slack_post_pending ON slack_post (tenant_id, lane, id) WHERE pending;
CREATE INDEX slack_post_topic ON slack_post (tenant_id, topic) WHERE topic IS NOT NULL;
CREATE INDEX slack_post_contact ON slack_post (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- A person's request. The address for the answer stays sealed here until the answer is proved sent.
CREATE TABLE privacy_case (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  number int NOT NULL,
  contact_id uuid NOT NULL,
  "right" text NOT NULL,
  state text NOT NULL,
  regime text NOT NULL,
  received_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  opened_from uuid,
  language text NOT NULL,
  zone text NOT NULL,
  masked text NOT NULL,
  records int NOT NULL DEFAULT 0,
  confirmed_at timestamptz,
  decided_at timestamptz,
  decided_by uuid,
  ground text,
  facts text,
  executed_at timestamptz,
  answered_at timestamptz,
  answer_hash bytea,
  erased jsonb,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);
CREATE INDEX privacy_case_contact ON privacy_case (tenant_id, contact_id);
-- Steps of an erasure: each idempotent, resumed after a crash.
CREATE TABLE erasure_step (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  step text NOT NULL,
  count int NOT NULL,
  done_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, case_id, step),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
-- Tokens of the erased: asked after a restore, so that nobody comes back with a backup.
CREATE TABLE deletion_ledger (
  tenant_id uuid NOT NULL REFERENCES tenant,
  case_id uuid NOT NULL,
  token bytea NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, case_id, token)
);

-- What was done, by whom, on what. Entries are written unlinked and linked each second by one sealer a tenant
-- (a chain head per transaction would cap a customer at a few hundred commits a second).
CREATE TABLE audit (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  act text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE audit_link (
  tenant_id uuid NOT NULL REFERENCES tenant,
  seq bigint NOT NULL,
  entry uuid NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  UNIQUE (tenant_id, entry)
);

-- Fail-closed row-level security on every table that carries tenant_id.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind = 'r'
             AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
-- Ledgers are only added to. Consent rows go with the person (DELETE), never change.
REVOKE UPDATE, DELETE ON audit, audit_link, deletion_ledger FROM tenant_rw;
REVOKE UPDATE ON consent, receipt FROM tenant_rw;

-- The inbox is written before a tenant is known, by a role that may do nothing else.
GRANT INSERT ON inbox TO intake;
CREATE POLICY intake_only ON inbox FOR INSERT TO intake WITH CHECK (true);
CREATE FUNCTION edge.inbox_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO edge.ready AS r (kind, tenant_id, lane, due_at)
  SELECT DISTINCT n.kind, n.tenant_id, n.lane, statement_timestamp() FROM arrived n ORDER BY 1, 2, 3
  ON CONFLICT (kind, tenant_id, lane) DO UPDATE SET gen = r.gen + 1, due_at = least(r.due_at, excluded.due_at);
  RETURN NULL;
END $$;
CREATE TRIGGER inbox_arrived AFTER INSERT ON inbox REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION edge.inbox_arrived();
-- Statistics after a bulk load need the owner; as a tenant it would be skipped with only a warning.
CREATE FUNCTION edge.analyze_messages() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_catalog AS $$ ANALYZE message $$;
REVOKE ALL ON FUNCTION edge.analyze_messages FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.analyze_messages TO tenant_rw;
