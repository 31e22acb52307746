-- A customer's own price holds from a day on, until its next one.
ALTER TABLE rate
  ADD COLUMN valid_from date NOT NULL DEFAULT '2000-01-01',
  DROP CONSTRAINT rate_pkey,
  ADD PRIMARY KEY (tenant_id, channel, category, country, valid_from);
-- How the provider charged a message, where that is not what its template says: free, or the category it was charged as.
ALTER TABLE message ADD COLUMN charged_as text;

-- Sending that somebody of the customer stopped. scope: company (what: ''), channel (its name), sender (its id).
CREATE TABLE sending_stop (
  tenant_id uuid NOT NULL REFERENCES tenant,
  scope text NOT NULL CHECK (scope IN ('company', 'channel', 'sender')),
  what text NOT NULL DEFAULT '',
  stopped_at timestamptz NOT NULL,
  stopped_by uuid,
  -- The first of the two people who want it to go on.
  resume_by uuid,
  PRIMARY KEY (tenant_id, scope, what)
);
INSERT INTO sending_stop (tenant_id, scope, stopped_at)
  SELECT tenant_id, 'company', sending_stopped_at FROM tenant WHERE sending_stopped_at IS NOT NULL;
ALTER TABLE tenant
  DROP COLUMN sending_stopped_at,
  -- Its own, beside those of its mail and its policy: where its links lead, and what others imitate.
  ADD COLUMN domains text[] NOT NULL DEFAULT '{}';

-- The same for every customer: by channel, or * for everything. A customer's transaction may only look and stop; whoever runs the platform lets go again.
CREATE TABLE edge.sending_stop (
  channel text PRIMARY KEY,
  stopped_at timestamptz NOT NULL,
  stopped_by text NOT NULL
);
GRANT SELECT, INSERT ON edge.sending_stop TO tenant_rw;
GRANT SELECT, INSERT, DELETE ON edge.sending_stop TO resolver;

-- People who left after a campaign had reached them. In shards, so that many who leave at once do not wait for each other.
CREATE TABLE campaign_left (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  shard smallint NOT NULL,
  n int NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, shard)
) WITH (fillfactor = 70);
-- How far a campaign had come at a moment: what came since is its last window.
CREATE TABLE campaign_mark (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  at timestamptz NOT NULL,
  tried int NOT NULL,
  failed int NOT NULL,
  reached int NOT NULL,
  gone int NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, at)
);
-- How likely it is that somebody else uses this account: judged once, before the first message.
CREATE TABLE campaign_suspicion (
  tenant_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  points int NOT NULL,
  signs text[] NOT NULL,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id)
);
-- What a guard of the product has held once: it went on with two people, so the same does not hold it again.
CREATE TABLE guard_hold (
  tenant_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  code text NOT NULL,
  held_at timestamptz NOT NULL,
  -- What was too much, and after how many messages.
  percent real,
  sent int NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, code),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id)
);
-- How much a customer who is new may send a day. No row: the first step.
CREATE TABLE sending_ladder (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  -- NULL: it was known to us as a sender before; no ladder.
  step int CHECK (step >= 0),
  since timestamptz NOT NULL
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sending_stop', 'campaign_left', 'campaign_mark', 'campaign_suspicion', 'guard_hold', 'sending_ladder'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
