-- A customer leaves: everything is handed over, they confirm that they have it, then everything is erased. One row a customer, and the last to go.
CREATE TABLE customer_exit (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  -- Of the file that was handed over.
  exported_at timestamptz,
  export_sha256 bytea,
  people int,
  refusals int,
  -- Whoever confirms says the hash of what they got.
  confirmed_by text,
  confirmed_at timestamptz,
  -- Not before, so that it can still be taken back; and not later than that.
  erase_from timestamptz,
  erase_until timestamptz,
  begun_at timestamptz,
  erased bigint NOT NULL DEFAULT 0,
  CHECK (confirmed_at IS NULL OR export_sha256 IS NOT NULL),
  CHECK (begun_at IS NULL OR confirmed_at IS NOT NULL)
);
ALTER TABLE customer_exit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON customer_exit TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_exit TO tenant_rw;

-- What is left of a customer who left: the certificate, under the hash of its own bytes. It names no id of theirs.
CREATE TABLE edge.exit_certificate (
  hash bytea PRIMARY KEY,
  document text NOT NULL,
  issued_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON edge.exit_certificate TO resolver;

-- Takes away so many rows of the current customer, of whatever table there is, in any order that its references allow, and says how many are left
-- besides the row of the exit itself. Owner-owned, because ledgers can't be deleted by anybody else, and only after the customer confirmed.
CREATE FUNCTION edge.erase_customer(p_most int) RETURNS TABLE (gone bigint, left_over bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE
  whose uuid := current_setting('app.tenant')::uuid;
  place regclass;
  took bigint;
  remains bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM customer_exit e WHERE e.tenant_id = whose AND e.confirmed_at IS NOT NULL AND e.begun_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the customer did not confirm' USING ERRCODE = 'insufficient_privilege';
  END IF;
  gone := 0;
  left_over := 0;
  FOR place IN
    SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE n.nspname IN ('public', 'edge') AND c.relkind IN ('r', 'p') AND c.oid NOT IN ('public.customer_exit'::regclass, 'public.tenant'::regclass)
    -- Keys first: from that moment on nothing that is left can be read.
    ORDER BY c.relname = 'contact_key' DESC, c.relname = 'tenant_key' DESC, c.relname
  LOOP
    BEGIN
      EXECUTE format('DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE tenant_id = $1 LIMIT $2))', place, place) USING whose, p_most;
      GET DIAGNOSTICS took = ROW_COUNT;
      gone := gone + took;
    EXCEPTION WHEN foreign_key_violation THEN NULL; -- what refers to it goes first, and this the next time
    END;
    EXECUTE format('SELECT count(*) FROM %s WHERE tenant_id = $1', place) INTO remains USING whose;
    left_over := left_over + remains;
  END LOOP;
  RETURN NEXT;
END $$;
-- The last two rows: the customer and its exit.
CREATE FUNCTION edge.forget_customer() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE whose uuid := current_setting('app.tenant')::uuid;
BEGIN
  DELETE FROM customer_exit e WHERE e.tenant_id = whose AND e.begun_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the customer did not confirm' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM tenant t WHERE t.tenant_id = whose;
END $$;
REVOKE ALL ON FUNCTION edge.erase_customer, edge.forget_customer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.erase_customer, edge.forget_customer TO tenant_rw;

-- Nothing comes in for a customer who is no more, though a process may not have heard of it yet: the provider brings it again, and it is nobody's.
CREATE FUNCTION edge.inbox_has_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT tenant_id FROM came) c WHERE NOT EXISTS (SELECT 1 FROM tenant t WHERE t.tenant_id = c.tenant_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a message for nobody';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inbox_has_customer AFTER INSERT ON inbox REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION edge.inbox_has_customer();
