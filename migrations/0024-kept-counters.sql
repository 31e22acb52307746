-- How many messages of a campaign are in each state, kept by triggers on the rows themselves, so that no statement can forget it and a report over a
-- million costs no scan. Answers (batch 0) are no campaign's and are not counted.
CREATE TABLE message_count (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  -- Transactions that count at once each have a shard of their own; a figure is the sum over all of them, and one shard alone may be below zero.
  shard smallint NOT NULL,
  state text NOT NULL,
  -- Empty where there is none.
  reason text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, shard, state, reason)
) WITH (fillfactor = 50);

ALTER TABLE message_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON message_count TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
-- Only the triggers write here.
GRANT SELECT ON message_count TO tenant_rw;

-- A shard of this batch that no other transaction uses: ours again if we hold one, and held until the end, so that counting neither waits nor deadlocks.
CREATE FUNCTION edge.counting_shard(batch bigint) RETURNS smallint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE s int := pg_backend_pid() % 16;
BEGIN
  WHILE NOT pg_try_advisory_xact_lock(hashtextextended('counting|' || batch || '|' || s, 0)) LOOP
    s := (s + 1) % 32000;
  END LOOP;
  RETURN s;
END $$;

CREATE FUNCTION edge.count_messages() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  changes refcursor;
  change record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    OPEN changes FOR SELECT tenant_id, batch_id, state, reason, count(*) AS n FROM came WHERE batch_id > 0 GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    OPEN changes FOR SELECT tenant_id, batch_id, state, reason, -count(*) AS n FROM went WHERE batch_id > 0 GROUP BY 1, 2, 3, 4;
  ELSE
    OPEN changes FOR SELECT tenant_id, batch_id, state, reason, sum(m.n)::bigint AS n FROM (
        SELECT tenant_id, batch_id, state, reason, 1 AS n FROM came UNION ALL SELECT tenant_id, batch_id, state, reason, -1 FROM went) m
      WHERE batch_id > 0 GROUP BY 1, 2, 3, 4 HAVING sum(m.n) <> 0;
  END IF;
  LOOP
    FETCH changes INTO change;
    EXIT WHEN NOT FOUND;
    INSERT INTO message_count AS c (tenant_id, batch_id, shard, state, reason, n)
    VALUES (change.tenant_id, change.batch_id, edge.counting_shard(change.batch_id), change.state, coalesce(change.reason, ''), change.n)
    ON CONFLICT (tenant_id, batch_id, shard, state, reason) DO UPDATE SET n = c.n + excluded.n;
  END LOOP;
  CLOSE changes;
  RETURN NULL;
END $$;
CREATE TRIGGER message_came AFTER INSERT ON message REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION edge.count_messages();
CREATE TRIGGER message_moved AFTER UPDATE ON message REFERENCING NEW TABLE AS came OLD TABLE AS went
  FOR EACH STATEMENT EXECUTE FUNCTION edge.count_messages();
CREATE TRIGGER message_went AFTER DELETE ON message REFERENCING OLD TABLE AS went
  FOR EACH STATEMENT EXECUTE FUNCTION edge.count_messages();

INSERT INTO message_count (tenant_id, batch_id, shard, state, reason, n)
SELECT tenant_id, batch_id, 0, state, coalesce(reason, ''), count(*) FROM message WHERE batch_id > 0 GROUP BY 1, 2, 4, 5;

-- Who left lately: those of one campaign are found from here, not by looking at its people.
CREATE INDEX consent_withdrawn ON consent (tenant_id, at, contact_id) WHERE act = 'withdrawn';
