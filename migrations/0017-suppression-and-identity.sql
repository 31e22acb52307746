-- A refusal keeps each of its reasons: what was said in one place (the provider's switch, a page, a case) is undone there alone.
ALTER TABLE suppression DROP CONSTRAINT suppression_pkey;
ALTER TABLE suppression ADD PRIMARY KEY (tenant_id, token, channel, purpose, source);
ALTER TABLE suppression ADD CHECK (channel IN ('all', 'whatsapp', 'sms', 'email'));

-- A new stop key is used step by step. copying: what is written is written under the next key too; moving: what people are known by goes over to
-- it; used: all are there. Only the newest version of kind stop is ever in another phase than used.
ALTER TABLE tenant_key ADD COLUMN phase text NOT NULL DEFAULT 'used' CHECK (phase IN ('copying', 'moving', 'used'));
-- The newest stop key as it stands, and it stands still until the caller's transaction ends: a step of a rotation takes the same lock alone.
CREATE FUNCTION stop_key() RETURNS TABLE (version int, phase text) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('stop_key|' || current_setting('app.tenant'), 0));
  RETURN QUERY SELECT k.version, k.phase FROM tenant_key k
    WHERE k.tenant_id = current_setting('app.tenant')::uuid AND k.kind = 'stop' ORDER BY k.version DESC LIMIT 1;
END $$;
REVOKE ALL ON FUNCTION stop_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stop_key TO tenant_rw;
-- Tokens of the erased are only added to: each says under which key, and is nested from there when it is asked.
ALTER TABLE deletion_ledger ADD COLUMN key_version int NOT NULL DEFAULT 1;

ALTER TABLE contact
  -- What is older was somebody else's, who had the number before; NULL: nobody had.
  ADD COLUMN holder_since timestamptz,
  -- Where each is known from, the surest last: company (its own), prefix (of the number), import (a list), person (their own words).
  ADD COLUMN language_from text NOT NULL DEFAULT 'company' CHECK (language_from IN ('company', 'prefix', 'import', 'person')),
  ADD COLUMN zone_from text NOT NULL DEFAULT 'company' CHECK (zone_from IN ('company', 'prefix', 'import', 'person')),
  ADD COLUMN country_from text NOT NULL DEFAULT 'company' CHECK (country_from IN ('company', 'prefix', 'import', 'person'));
