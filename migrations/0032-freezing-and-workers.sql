-- How far the making of a campaign's rows has come. It is there while they are being made: nothing is approved, and nothing leaves, before it is gone.
CREATE TABLE freezing (
  tenant_id uuid NOT NULL REFERENCES tenant,
  batch_id bigint NOT NULL,
  -- The moment of the wish: every page looks at people as of then.
  at timestamptz NOT NULL,
  -- The last person who was looked at; NULL: nobody yet.
  after uuid,
  made bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, batch_id)
);
ALTER TABLE freezing ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON freezing TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON freezing TO tenant_rw;

-- A reference that is checked row by row costs a bulk load more than the row itself, and each check writes a lock into the person's own row. The same
-- is promised a statement at a time: whoever adds messages and whoever removes people take turns, and each looks at what the other has done. A
-- contact belongs to a customer, so a message with one does, too.
ALTER TABLE message DROP CONSTRAINT message_tenant_id_contact_id_fkey, DROP CONSTRAINT message_tenant_id_fkey;

CREATE FUNCTION edge.people_lock(tenant uuid) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$ SELECT hashtextextended('people|' || tenant, 0) $$;

-- It looks people up one by one, whatever the statement that made the rows prefers for itself.
CREATE FUNCTION edge.message_has_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog SET enable_nestloop = on AS $$
DECLARE of_tenant uuid;
BEGIN
  FOR of_tenant IN SELECT DISTINCT tenant_id FROM came ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock_shared(edge.people_lock(of_tenant));
  END LOOP;
  -- A statement of its own: it sees what was done by those it waited for.
  IF EXISTS (SELECT 1 FROM came m WHERE NOT EXISTS (SELECT 1 FROM contact c WHERE c.tenant_id = m.tenant_id AND c.id = m.contact_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a message to nobody';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER message_has_contact AFTER INSERT ON message REFERENCING NEW TABLE AS came
  FOR EACH STATEMENT EXECUTE FUNCTION edge.message_has_contact();
-- Whoever moves rows from one person to another (few at a time) is checked as before.
CREATE FUNCTION edge.message_moved_to_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(edge.people_lock(NEW.tenant_id));
  IF NOT EXISTS (SELECT 1 FROM contact c WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.contact_id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a message to nobody';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER message_moved_to_contact AFTER UPDATE OF contact_id ON message FOR EACH ROW
  WHEN (OLD.contact_id IS DISTINCT FROM NEW.contact_id) EXECUTE FUNCTION edge.message_moved_to_contact();

CREATE FUNCTION edge.contact_went() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_catalog AS $$
DECLARE of_tenant uuid;
BEGIN
  FOR of_tenant IN SELECT DISTINCT tenant_id FROM went ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(edge.people_lock(of_tenant));
  END LOOP;
  IF EXISTS (SELECT 1 FROM went c JOIN message m ON m.tenant_id = c.tenant_id AND m.contact_id = c.id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'messages to this contact stand';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER contact_went AFTER DELETE ON contact REFERENCING OLD TABLE AS went
  FOR EACH STATEMENT EXECUTE FUNCTION edge.contact_went();

-- Every worker says twice a second that it is there. One that is silent for three seconds is gone: what it held is free at once, and what it had begun
-- to send is unknown. An id is used once: a worker that was only asleep comes back as another, and what the old one held is not its own any more.
CREATE TABLE edge.worker (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
CREATE TABLE edge.gone_worker (
  id bigint PRIMARY KEY,
  at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.worker, edge.gone_worker TO dispatcher;
GRANT SELECT ON edge.worker, edge.gone_worker TO tenant_rw;
-- Shared by every transaction in which a worker takes something to send, and taken by whoever says that it is gone: neither happens in the midst of the other.
CREATE FUNCTION edge.worker_lock(worker bigint) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$ SELECT hashtextextended('worker|' || worker, 0) $$;
ALTER TABLE edge.ready ADD COLUMN worker bigint;
ALTER TABLE message ADD COLUMN worker bigint;
