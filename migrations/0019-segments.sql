-- A segment is an expression over people. Every change is a new version that never changes again; a campaign keeps the one it was frozen with.
CREATE TABLE segment_version (
  tenant_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  version int NOT NULL,
  expression jsonb NOT NULL,
  -- whoever said it; NULL: it came with the customer
  member_id uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, segment_id, version),
  FOREIGN KEY (tenant_id, segment_id) REFERENCES segment (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO segment_version (tenant_id, segment_id, version, expression, created_at)
SELECT s.tenant_id, s.id, 1, jsonb_build_object('attribute', s.key, 'is', s.value), t.created_at
FROM segment s JOIN tenant t ON t.tenant_id = s.tenant_id;

ALTER TABLE segment
  ADD COLUMN version int NOT NULL DEFAULT 1,
  -- One that was only described belongs to its draft and is nobody's to choose until it is saved.
  ADD COLUMN saved boolean NOT NULL DEFAULT true,
  -- The saved segment that this one is to become the next version of.
  ADD COLUMN revises uuid,
  ADD COLUMN created_at timestamptz;
UPDATE segment s SET created_at = t.created_at FROM tenant t WHERE t.tenant_id = s.tenant_id;
ALTER TABLE segment
  ALTER COLUMN created_at SET NOT NULL,
  DROP COLUMN key,
  DROP COLUMN value,
  DROP CONSTRAINT segment_tenant_id_name_key;
CREATE UNIQUE INDEX segment_name ON segment (tenant_id, lower(name)) WHERE saved;

-- NULL: not frozen, it follows the segment.
ALTER TABLE campaign ADD COLUMN segment_version int;

-- What < and > ask for: the value as a number, or a date as yyyymmdd. float8, int4 and text compare leakproof, so row-level security leaves them their index.
ALTER TABLE attribute
  ADD COLUMN number double precision GENERATED ALWAYS AS (CASE WHEN value ~ '^-?[0-9]{1,15}([.][0-9]{1,9})?$' THEN value::double precision END) STORED,
  ADD COLUMN day int GENERATED ALWAYS AS (
    CASE WHEN value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN replace(value, '-', '')::int END) STORED;
CREATE INDEX attribute_number ON attribute (tenant_id, key, number, contact_id) WHERE number IS NOT NULL;
CREATE INDEX attribute_day ON attribute (tenant_id, key, day, contact_id) WHERE day IS NOT NULL;
-- A value says its key: without this the planner takes a third of everybody for a handful.
CREATE STATISTICS attribute_values (mcv) ON key, value FROM attribute;
CREATE STATISTICS attribute_numbers (mcv) ON key, number FROM attribute;
CREATE STATISTICS attribute_days (mcv) ON key, day FROM attribute;

-- A button of a campaign's message was pressed.
CREATE TABLE click (
  tenant_id uuid NOT NULL,
  batch_id bigint NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, seq),
  FOREIGN KEY (tenant_id, batch_id, seq) REFERENCES message (tenant_id, batch_id, seq) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['segment_version', 'click'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
