-- Where each person stands, in one narrow row: what counting, planning and segments read. A copy of what the tokens, the ledger and the contact say;
-- the claim of a message asks those themselves. No reference to contact: a row costs a bulk load nothing but itself.
-- Channels as bits: 1 whatsapp, 2 sms, 4 email. flags: 1 blocked, 2 minor, 4 the number may have a new holder, who has not confirmed yet.
CREATE TABLE standing (
  tenant_id uuid NOT NULL REFERENCES tenant,
  contact_id uuid NOT NULL,
  reach smallint NOT NULL DEFAULT 0,
  consented smallint NOT NULL DEFAULT 0,
  stopped smallint NOT NULL DEFAULT 0,
  held smallint NOT NULL DEFAULT 0,
  flags smallint NOT NULL DEFAULT 0,
  zone text NOT NULL,
  country text NOT NULL,
  language text NOT NULL,
  paused_until timestamptz,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 90);

ALTER TABLE contact
  -- The person wants no promotions until then.
  ADD COLUMN paused_until timestamptz,
  -- As somebody said or a file told: lt14, 14_15, 16_17, adult; NULL: nobody said.
  ADD COLUMN age_band text CHECK (age_band IN ('lt14', '14_15', '16_17', 'adult')),
  -- The holder who last said yes themselves; behind holder_epoch: what was allowed needs confirmation.
  ADD COLUMN confirmed_epoch int NOT NULL DEFAULT 1;

CREATE FUNCTION pg_temp.bits(channel text) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE channel WHEN 'all' THEN 7 WHEN 'whatsapp' THEN 1 WHEN 'sms' THEN 2 WHEN 'email' THEN 4 ELSE 0 END $$;
INSERT INTO standing (tenant_id, contact_id, reach, consented, stopped, held, flags, zone, country, language)
SELECT c.tenant_id, c.id, coalesce(r.reach, 0), coalesce(g.consented, 0), coalesce(x.stopped, 0), coalesce(x.held, 0),
  CASE WHEN c.blocked_at IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.holder_epoch > 1 THEN 4 ELSE 0 END, c.zone, c.country, c.language
FROM contact c
LEFT JOIN (SELECT tenant_id, contact_id, bit_or(CASE kind WHEN 'email' THEN 4 WHEN 'phone' THEN 3 WHEN 'bsuid' THEN 1 ELSE 0 END) AS reach
           FROM identifier GROUP BY 1, 2) r ON r.tenant_id = c.tenant_id AND r.contact_id = c.id
LEFT JOIN (SELECT i.tenant_id, i.contact_id, bit_or(CASE s.strength WHEN 'stop' THEN pg_temp.bits(s.channel) ELSE 0 END) AS stopped,
             bit_or(CASE s.strength WHEN 'hold' THEN pg_temp.bits(s.channel) ELSE 0 END) AS held
           FROM identifier i JOIN suppression s ON s.tenant_id = i.tenant_id AND s.token = i.stop AND s.purpose = 'marketing' GROUP BY 1, 2) x
  ON x.tenant_id = c.tenant_id AND x.contact_id = c.id
LEFT JOIN (SELECT g.tenant_id, g.contact_id, bit_or(b.bit) AS consented
           FROM consent g JOIN (VALUES (1, 'whatsapp'), (2, 'sms'), (4, 'email')) b (bit, channel) ON g.channel IN (b.channel, 'all')
           WHERE g.purpose = 'marketing' AND g.act = 'given' AND g.at <= g.recorded_at AND g.text_hash IS NOT NULL AND g.evidence IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM consent w WHERE w.tenant_id = g.tenant_id AND w.contact_id = g.contact_id AND w.purpose = 'marketing'
               AND w.act = 'withdrawn' AND w.channel IN (b.channel, 'all') AND (g.source <> 'person' OR w.at >= g.at))
           GROUP BY 1, 2) g ON g.tenant_id = c.tenant_id AND g.contact_id = c.id
-- What was erased stands nowhere.
WHERE EXISTS (SELECT 1 FROM contact_key k WHERE k.tenant_id = c.tenant_id AND k.contact_id = c.id);

ALTER TABLE contact DROP COLUMN stopped, DROP COLUMN consented;

ALTER TABLE standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON standing TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON standing TO tenant_rw;
