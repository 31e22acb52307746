-- What the send gate asks of the customer: nothing leaves before the contract, who works for us on it and where data goes are on record.
CREATE TABLE contract (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  version text NOT NULL,
  signed_at timestamptz NOT NULL,
  signed_by text NOT NULL,
  -- When the customer assessed the impact on people (EIPD), or wrote down why none is needed.
  assessed_at timestamptz NOT NULL
);
-- Who works for us on the customer's data, as the customer authorised it.
CREATE TABLE subprocessor_authorisation (
  tenant_id uuid NOT NULL REFERENCES tenant,
  subprocessor text NOT NULL,
  authorised_at timestamptz NOT NULL,
  authorised_by text NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, subprocessor)
);
-- On what ground data goes to another country.
CREATE TABLE transfer (
  tenant_id uuid NOT NULL REFERENCES tenant,
  subprocessor text NOT NULL,
  country text NOT NULL,
  ground text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, subprocessor, country)
);
-- What the customer writes to people for, and on which basis, by the provider's category of template.
CREATE TABLE declared_purpose (
  tenant_id uuid NOT NULL REFERENCES tenant,
  purpose text NOT NULL CHECK (purpose IN ('marketing', 'service', 'collections')),
  category text NOT NULL CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
  -- NULL: declared, and the basis is not yet known.
  basis text CHECK (basis IN ('consent', 'contract', 'legitimate_interest', 'legal_duty')),
  declared_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose, category)
);
-- The customer's own limits. NULL: none.
CREATE TABLE sending_limit (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  -- To one person, over all campaigns, in any seven days.
  promotions_a_week int DEFAULT 3 CHECK (promotions_a_week > 0),
  messages_a_day int CHECK (messages_a_day >= 0),
  cost_a_month numeric(14, 4) CHECK (cost_a_month >= 0)
);
-- What a message costs, in the customer's currency. country: of the person, or * for the others.
CREATE TABLE rate (
  tenant_id uuid NOT NULL REFERENCES tenant,
  channel text NOT NULL,
  category text NOT NULL,
  country text NOT NULL DEFAULT '*',
  price numeric(12, 4) NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (tenant_id, channel, category, country)
);
-- What was taken to be sent from a number, by the hour. In shards, so that workers do not wait for each other.
CREATE TABLE sending_count (
  tenant_id uuid NOT NULL REFERENCES tenant,
  sender_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  shard smallint NOT NULL,
  messages int NOT NULL,
  cost numeric(14, 4) NOT NULL,
  PRIMARY KEY (tenant_id, sender_id, hour, shard)
) WITH (fillfactor = 70);
-- A rule of the customer's own that its owner lifted for one campaign.
CREATE TABLE lifted_rule (
  tenant_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  code text NOT NULL,
  lifted_by uuid NOT NULL,
  lifted_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, code),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id)
);

-- As the provider last said: GREEN, YELLOW, RED, UNKNOWN.
ALTER TABLE template
  ADD COLUMN quality text NOT NULL DEFAULT 'UNKNOWN',
  -- What it is for, where its category does not say it.
  ADD COLUMN purpose text CHECK (purpose IN ('marketing', 'service', 'collections')),
  -- Of an e-mail: whom it is from.
  ADD COLUMN sender_name text;
-- How many people the provider lets us begin with in 24 hours; NULL: as many as we like.
ALTER TABLE sender ADD COLUMN messaging_limit int CHECK (messaging_limit >= 0);
ALTER TABLE campaign ADD COLUMN purpose text NOT NULL DEFAULT 'marketing' CHECK (purpose IN ('marketing', 'service', 'collections'));
ALTER TABLE message
  DROP CONSTRAINT message_purpose_check,
  ADD CONSTRAINT message_purpose_check CHECK (purpose IN ('marketing', 'service', 'collections', 'answer', 'case'));

-- Counting a million by what the gate asks of each: read in order, never sorted, and small, for few are alike no other.
CREATE INDEX standing_counted ON standing (tenant_id, reach, consented, stopped, held, flags, paused_until);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['contract', 'subprocessor_authorisation', 'transfer', 'declared_purpose', 'sending_limit', 'rate', 'sending_count', 'lifted_rule'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
