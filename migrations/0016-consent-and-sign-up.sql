-- The ledger of permission tells more than yes and no, and where a permission comes from.
ALTER TABLE consent
  DROP CONSTRAINT consent_act_check,
  ADD CONSTRAINT consent_act_check
    CHECK (act IN ('given', 'renewed', 'withdrawn', 'expired', 'pending', 'needs_reconfirmation')),
  ADD COLUMN basis text NOT NULL DEFAULT 'consent'
    CHECK (basis IN ('consent', 'contract', 'legitimate_interest', 'legal_duty')),
  -- What empowers whoever said yes for the person.
  ADD COLUMN mandate text,
  -- Where it was said: qr:<code>, web:<address>, file:<name>#<row>, message:<id>.
  ADD COLUMN place text NOT NULL DEFAULT '',
  -- A permission that ends by itself.
  ADD COLUMN until timestamptz,
  -- Which holder of the number it was: the next one is never shown it.
  ADD COLUMN holder_epoch int NOT NULL DEFAULT 1,
  ADD CONSTRAINT consent_mandate CHECK (source <> 'agent' OR mandate IS NOT NULL),
  ADD CONSTRAINT consent_basis_of_promotions CHECK (purpose <> 'marketing' OR basis = 'consent');
-- What waits for a yes, and what ends by itself: few of a million rows.
CREATE INDEX consent_pending ON consent (tenant_id, at) WHERE act = 'pending';
CREATE INDEX consent_until ON consent (tenant_id, until) WHERE until IS NOT NULL;

ALTER TABLE consent_text
  -- statement: what a person agrees to in a form or a list; question: what the double opt-in asks.
  ADD COLUMN kind text NOT NULL DEFAULT 'statement' CHECK (kind IN ('statement', 'question')),
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT 'epoch';

-- A way for people to subscribe themselves: a code that a poster's QR, a link, a web form or a conversation carries.
CREATE TABLE sign_up (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  -- As people send it: tienda-7f3k. Public, no secret.
  code text NOT NULL,
  name text NOT NULL,
  -- link: QR, wa.me link and web form; conversation: offered to whoever writes
  kind text NOT NULL CHECK (kind IN ('link', 'conversation')),
  channels text[] NOT NULL,
  frequency text NOT NULL,
  text_version text NOT NULL,
  -- The member who made it; the house made the conversation's.
  created_by uuid,
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
ALTER TABLE sign_up ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON sign_up TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_up TO tenant_rw;

-- Whether people who write are asked once, in that conversation, if they want news; and who has been asked.
ALTER TABLE tenant ADD COLUMN offers_news boolean NOT NULL DEFAULT false;
ALTER TABLE contact ADD COLUMN offered_at timestamptz;
