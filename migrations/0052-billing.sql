-- What a paper of account says of the customer beside its name, tax number and address: giro and comuna, and where its bills go.
ALTER TABLE tenant
  ADD COLUMN activity text NOT NULL DEFAULT '',
  ADD COLUMN district text NOT NULL DEFAULT '',
  ADD COLUMN billing_mail text NOT NULL DEFAULT '';

-- How a customer pays. No row: by contract, without a limit of ours. Amounts in its own money, tax included.
CREATE TABLE account (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  currency text NOT NULL,
  -- Percent on top of what is sent.
  tax numeric(5, 2) NOT NULL CHECK (tax >= 0),
  -- Once its credit is used up nothing leaves any more.
  prepaid boolean NOT NULL DEFAULT false,
  -- How far below zero it may go.
  line numeric(16, 4) NOT NULL DEFAULT 0 CHECK (line >= 0),
  -- The sum of its entries.
  balance numeric(16, 4) NOT NULL DEFAULT 0,
  -- What there was after the last entry in its favour: warnings are a share of that. The last that was told: 0 none, 1, 2, 3 used up.
  base numeric(16, 4) NOT NULL DEFAULT 0,
  warned smallint NOT NULL DEFAULT 0,
  -- What was sent from here on stands in no statement yet.
  unbilled_from timestamptz NOT NULL,
  -- Of what was taken to be sent since, what turned out to cost nothing: it did not arrive, or was free. Without tax.
  released numeric(16, 4) NOT NULL DEFAULT 0 CHECK (released >= 0)
);
-- What moved an account, in its favour or not. Nobody changes one: what was wrong is put right by another.
CREATE TABLE account_entry (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('payment', 'grant', 'statement', 'correction')),
  amount numeric(16, 4) NOT NULL CHECK (amount <> 0),
  currency text NOT NULL,
  -- The payment or the statement it stands for: once.
  of uuid,
  made_by text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, of)
);
-- What is charged, by the day it left, as its messages say; country '': of people who were erased before anybody counted. units: of SMS its parts.
CREATE TABLE usage_day (
  tenant_id uuid NOT NULL REFERENCES tenant,
  day date NOT NULL,
  channel text NOT NULL,
  category text NOT NULL,
  country text NOT NULL,
  messages int NOT NULL,
  units int NOT NULL,
  -- How much of it stands in a statement.
  billed_messages int NOT NULL DEFAULT 0,
  billed_units int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, day, channel, category, country)
);
-- A month's statement of account: no tax document. Amounts in the smallest unit of its currency.
CREATE TABLE statement (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  month date NOT NULL,
  made_at timestamptz NOT NULL,
  currency text NOT NULL,
  net bigint NOT NULL,
  exempt bigint NOT NULL,
  tax_percent numeric(5, 2) NOT NULL,
  tax bigint NOT NULL,
  total bigint NOT NULL,
  -- As both stood then.
  issuer jsonb NOT NULL,
  customer jsonb NOT NULL,
  -- The tax document that a person issued for it elsewhere.
  dte_type smallint CHECK (dte_type IN (33, 34, 39, 41, 46, 52, 56, 61, 110)),
  dte_folio bigint CHECK (dte_folio > 0),
  dte_by text,
  dte_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, month)
);
CREATE TABLE statement_line (
  tenant_id uuid NOT NULL,
  statement_id uuid NOT NULL,
  n smallint NOT NULL,
  -- An earlier one: what was counted after that month's statement.
  month date NOT NULL,
  channel text NOT NULL,
  category text NOT NULL,
  country text NOT NULL,
  messages int NOT NULL,
  units int NOT NULL,
  price numeric(12, 4) NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (tenant_id, statement_id, n),
  FOREIGN KEY (tenant_id, statement_id) REFERENCES statement (tenant_id, id)
);
-- A payment that a member asked a link for. The card is the gateway's business: what comes back is a token.
CREATE TABLE payment (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  statement_id uuid,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  state text NOT NULL CHECK (state IN ('asked', 'open', 'paid', 'refused', 'cancelled', 'failed')),
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  -- Sealed: the gateway's token, and where the payer goes.
  sealed bytea,
  settled_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, statement_id) REFERENCES statement (tenant_id, id)
);
-- A word of ours to those of a team who have one of these roles.
CREATE TABLE service_notice (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  roles text[] NOT NULL,
  -- By language: { "es": { "title", "text" }, … }
  words jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  -- Nobody is told any more from then on.
  until timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE service_notice_told (
  tenant_id uuid NOT NULL,
  notice_id uuid NOT NULL,
  member_id uuid NOT NULL,
  told_at timestamptz NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (tenant_id, notice_id, member_id),
  FOREIGN KEY (tenant_id, notice_id) REFERENCES service_notice (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE
);

-- A statement's file stands beneath its post as a report's does.
ALTER TABLE report_file
  ALTER COLUMN campaign_id DROP NOT NULL,
  ADD COLUMN statement_id uuid,
  ADD FOREIGN KEY (tenant_id, statement_id) REFERENCES statement (tenant_id, id),
  ADD CHECK (num_nonnulls(campaign_id, statement_id) = 1);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['account', 'account_entry', 'usage_day', 'statement', 'statement_line', 'payment', 'service_notice', 'service_notice_told'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['account', 'usage_day', 'payment', 'service_notice', 'service_notice_told'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
-- Written once; of a statement only the tax document is noted later.
GRANT SELECT, INSERT ON account_entry, statement, statement_line TO tenant_rw;
GRANT UPDATE (dte_type, dte_folio, dte_by, dte_at) ON statement TO tenant_rw;
