-- What a person did with a campaign's message, each kind once: the first time that we heard of it stands, whatever comes again, late or out of order.
ALTER TABLE click RENAME TO interaction;
ALTER TABLE interaction ADD COLUMN kind text NOT NULL DEFAULT 'clicked' CHECK (kind IN ('clicked', 'replied', 'reacted'));
ALTER TABLE interaction ALTER COLUMN kind DROP DEFAULT, DROP CONSTRAINT click_pkey, ADD PRIMARY KEY (tenant_id, batch_id, seq, kind);

-- Where a customer measures who follows its links, and for how long they work. No row: not at all, which is how everybody begins.
CREATE TABLE link_tracking (
  tenant_id uuid NOT NULL REFERENCES tenant,
  purpose text NOT NULL CHECK (purpose IN ('marketing', 'service', 'collections')),
  days int NOT NULL CHECK (days BETWEEN 1 AND 400),
  -- Versions of the agreed words that tell of it; NULL: all that the purpose is based on.
  texts text[],
  enabled_by text NOT NULL,
  enabled_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose)
);
-- The addresses in a campaign's words, and the short code that stands for each. The code is no secret: whose click it is says a MAC beside it.
CREATE TABLE tracked_link (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  place smallint NOT NULL,
  url text NOT NULL,
  code text NOT NULL,
  -- Of the key that makes the MAC.
  key_version int NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, place),
  UNIQUE (tenant_id, batch_id, url)
);
-- How often each was opened. who: person, machine (previews, scanners), nobody (a link without a person in it, or of somebody erased).
CREATE TABLE link_visit (
  tenant_id uuid NOT NULL,
  batch_id bigint NOT NULL,
  place smallint NOT NULL,
  who text NOT NULL CHECK (who IN ('person', 'machine', 'nobody')),
  n bigint NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, place, who),
  FOREIGN KEY (tenant_id, batch_id, place) REFERENCES tracked_link (tenant_id, batch_id, place)
) WITH (fillfactor = 50);

-- What came back from a campaign by the hour: receipts and what people did. Kept by triggers; it only grows, so that its figures outlive the rows of
-- whoever is erased, and holds nobody. Shards as in message_count.
CREATE TABLE campaign_hour (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  shard smallint NOT NULL,
  hour timestamptz NOT NULL,
  -- sent, delivered, read, failed, clicked, replied, reacted
  what text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, shard, hour, what)
) WITH (fillfactor = 50);

CREATE FUNCTION edge.count_hours() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  changes refcursor;
  change record;
BEGIN
  IF TG_TABLE_NAME = 'receipt' THEN
    OPEN changes FOR SELECT tenant_id, batch_id, date_trunc('hour', at, 'UTC') AS hour, status AS what, count(*) AS n FROM came WHERE batch_id > 0 GROUP BY 1, 2, 3, 4;
  ELSE
    OPEN changes FOR SELECT tenant_id, batch_id, date_trunc('hour', at, 'UTC') AS hour, kind AS what, count(*) AS n FROM came WHERE batch_id > 0 GROUP BY 1, 2, 3, 4;
  END IF;
  LOOP
    FETCH changes INTO change;
    EXIT WHEN NOT FOUND;
    INSERT INTO campaign_hour AS c (tenant_id, batch_id, shard, hour, what, n)
    VALUES (change.tenant_id, change.batch_id, edge.counting_shard(change.batch_id), change.hour, change.what, change.n)
    ON CONFLICT (tenant_id, batch_id, shard, hour, what) DO UPDATE SET n = c.n + excluded.n;
  END LOOP;
  CLOSE changes;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_came AFTER INSERT ON receipt REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION edge.count_hours();
CREATE TRIGGER interaction_came AFTER INSERT ON interaction REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION edge.count_hours();
INSERT INTO campaign_hour (tenant_id, batch_id, shard, hour, what, n)
SELECT tenant_id, batch_id, 0, date_trunc('hour', at, 'UTC'), status, count(*) FROM receipt WHERE batch_id > 0 GROUP BY 1, 2, 4, 5;
INSERT INTO campaign_hour (tenant_id, batch_id, shard, hour, what, n)
SELECT tenant_id, batch_id, 0, date_trunc('hour', at, 'UTC'), kind, count(*) FROM interaction GROUP BY 1, 2, 4, 5;

-- What of a campaign's figures stood in rows of people who were erased since: whoever left or complained. It names nobody.
CREATE TABLE campaign_residue (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  what text NOT NULL CHECK (what IN ('left', 'complained')),
  n bigint NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, what)
);

-- A file made of a campaign's report and put beneath a post: the picture, or what a member asked to take along, with who asked and why.
CREATE TABLE report_file (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('picture', 'csv', 'pdf')),
  -- With whole phone numbers and addresses.
  is_whole boolean NOT NULL DEFAULT false,
  -- The post it goes beneath.
  topic text NOT NULL,
  language text NOT NULL,
  asked_by text NOT NULL,
  -- Sealed: a member's own words.
  reason bytea,
  -- waiting, putting, put, failed, lost (it may stand there, we do not know where), removing, gone
  state text NOT NULL,
  -- By the database's clock: when a worker took it up.
  begun_at timestamptz,
  team text,
  provider_id text,
  asked_at timestamptz NOT NULL,
  put_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, id)
);
CREATE INDEX report_file_campaign ON report_file (tenant_id, campaign_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['link_tracking', 'tracked_link', 'link_visit', 'campaign_hour', 'campaign_residue', 'report_file'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['link_tracking', 'tracked_link', 'link_visit', 'campaign_residue', 'report_file'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
-- Only the triggers write here.
GRANT SELECT ON campaign_hour TO tenant_rw;
