-- A request as the law knows it: what it asks exactly, how far it has come, how it ended and why.
ALTER TABLE privacy_case
  -- Asked in the same message as that one.
  ADD COLUMN parent_id uuid,
  ADD COLUMN scope text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'summary')),
  ADD COLUMN cause text,
  -- In the person's own words, sealed under the tenant's key: the file outlives the person's.
  ADD COLUMN detail bytea,
  ADD COLUMN id_needed text NOT NULL DEFAULT 'L1' CHECK (id_needed IN ('L0', 'L1', 'L2', 'L3')),
  ADD COLUMN id_level text NOT NULL DEFAULT 'L1' CHECK (id_level IN ('L0', 'L1', 'L2', 'L3')),
  ADD COLUMN acked_at timestamptz,
  -- Handed to the controller, as a document that we signed.
  ADD COLUMN routed_at timestamptz,
  ADD COLUMN envelope text,
  ADD COLUMN acknowledged_at timestamptz,
  ADD COLUMN acknowledged_by uuid,
  ADD COLUMN overdue_at timestamptz,
  ADD COLUMN outcome text CHECK (outcome IN ('granted', 'partial', 'denied', 'not_applicable')),
  -- What stays of a partial yes: [{category, ground, until}].
  ADD COLUMN kept jsonb,
  -- By which signed instruction it was decided, where nobody pressed anything.
  ADD COLUMN standing_id uuid,
  -- A block: what it is now, and the authority's receipt where it was refused.
  ADD COLUMN block text CHECK (block IN ('provisional', 'granted', 'refused', 'released')),
  ADD COLUMN agency_notice text,
  -- An erasure: how many traces a search still found, and when it found none.
  ADD COLUMN traces int,
  ADD COLUMN verified_at timestamptz,
  -- Until then the person may complain to the authority.
  ADD COLUMN claim_until timestamptz;

UPDATE privacy_case SET
  outcome = CASE WHEN decided_at IS NULL THEN NULL WHEN ground IS NULL THEN 'granted' ELSE 'denied' END,
  block = CASE WHEN "right" <> 'block' THEN NULL WHEN ground IS NOT NULL THEN 'refused' WHEN state = 'withdrawn' THEN 'released'
    WHEN decided_at IS NOT NULL THEN 'granted' ELSE 'provisional' END,
  verified_at = CASE WHEN erased IS NOT NULL THEN answered_at END, acked_at = received_at, routed_at = received_at;

-- A refusal names its ground and the facts, and refusing a block was first told to the authority. Rows from before are left as they are.
ALTER TABLE privacy_case
  ADD CONSTRAINT privacy_case_refused CHECK (outcome NOT IN ('denied', 'not_applicable') OR (ground IS NOT NULL AND facts IS NOT NULL)) NOT VALID,
  ADD CONSTRAINT privacy_case_partial CHECK (outcome <> 'partial' OR (kept IS NOT NULL AND facts IS NOT NULL)) NOT VALID,
  ADD CONSTRAINT privacy_case_block_refused CHECK (block <> 'refused' OR agency_notice IS NOT NULL) NOT VALID;
CREATE INDEX privacy_case_parent ON privacy_case (tenant_id, parent_id) WHERE parent_id IS NOT NULL;

-- Once, while there is still time: a second row for the same case cannot be, and none is ever changed.
CREATE TABLE case_extension (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  reason text NOT NULL,
  original_due_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  extended_by uuid NOT NULL,
  extended_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, case_id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id),
  CHECK (btrim(reason) <> ''),
  CHECK (extended_at <= original_due_at)
);

-- When something has to have happened by: reminders, escalations, terms. Names and lengths stand in deadlines.yaml.
CREATE TABLE case_clock (
  tenant_id uuid NOT NULL,
  case_id uuid NOT NULL,
  clock text NOT NULL,
  due_at timestamptz NOT NULL,
  -- Of business days: counted without Saturdays.
  lenient_at timestamptz,
  fired_at timestamptz,
  PRIMARY KEY (tenant_id, case_id, clock),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
CREATE INDEX case_clock_due ON case_clock (tenant_id, due_at) WHERE fired_at IS NULL;

-- What was written to the person, word for word, and the proof that it left. The words are never changed.
CREATE TABLE case_letter (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('answer', 'extension', 'question')),
  outcome text,
  -- Which paragraphs it has.
  says text[] NOT NULL,
  sealed bytea NOT NULL,
  hash bytea NOT NULL,
  written_at timestamptz NOT NULL,
  -- What left, exactly; the letter itself, or a notice with its link.
  seq bigint,
  channel text,
  sent_sealed bytea,
  sent_hash bytea,
  provider bytea,
  sent_at timestamptz,
  delivered_at timestamptz,
  lost_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id),
  CONSTRAINT case_letter_refusal CHECK (kind <> 'answer' OR outcome IS NULL OR outcome = 'granted' OR says @> '{ground,facts,claim}')
);
CREATE UNIQUE INDEX case_letter_answer ON case_letter (tenant_id, case_id) WHERE kind = 'answer';
CREATE INDEX case_letter_case ON case_letter (tenant_id, case_id, written_at);
INSERT INTO case_letter (tenant_id, id, case_id, kind, says, sealed, hash, written_at, seq, channel, sent_sealed, sent_hash, sent_at)
  SELECT tenant_id, id, id, 'answer', '{}', answer_sealed, answer_hash, coalesce(decided_at, received_at), answer_seq, 'whatsapp', answer_sealed, answer_hash, answered_at
  FROM privacy_case WHERE answer_sealed IS NOT NULL AND answer_hash IS NOT NULL;
ALTER TABLE privacy_case DROP COLUMN answer_sealed, DROP COLUMN answer_hash;

-- What the controller signed in advance: which requests are answered or carried out at once.
CREATE TABLE standing_instruction (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  act text NOT NULL CHECK (act IN ('access_summary', 'erase')),
  level text NOT NULL,
  -- What was signed: the words' version and their hash.
  words_version text NOT NULL,
  words_hash bytea NOT NULL,
  signed_by uuid NOT NULL,
  signed_at timestamptz NOT NULL,
  revoked_by uuid,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX standing_instruction_now ON standing_instruction (tenant_id, act) WHERE revoked_at IS NULL;

-- The person complained to the authority, which asks the controller. While it is open nothing of the case is destroyed.
CREATE TABLE agency_claim (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  about text NOT NULL CHECK (about IN ('refusal', 'silence', 'block')),
  -- The authority's own number for it.
  reference text NOT NULL,
  notified_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  extended_at timestamptz,
  answered_at timestamptz,
  closed_at timestamptz,
  ruling text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
CREATE UNIQUE INDEX agency_claim_reference ON agency_claim (tenant_id, case_id, reference);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_extension', 'case_clock', 'case_letter', 'standing_instruction', 'agency_claim'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
GRANT UPDATE ON case_clock, agency_claim TO tenant_rw;
GRANT UPDATE (seq, channel, sent_sealed, sent_hash, provider, sent_at, delivered_at, lost_at) ON case_letter TO tenant_rw;
GRANT UPDATE (revoked_by, revoked_at) ON standing_instruction TO tenant_rw;

-- Whoever clears up, however: an open complaint keeps its evidence.
CREATE FUNCTION edge.evidence_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE of_case uuid;
BEGIN
  of_case := CASE TG_TABLE_NAME WHEN 'privacy_case' THEN (to_jsonb(OLD) ->> 'id')::uuid ELSE (to_jsonb(OLD) ->> 'case_id')::uuid END;
  IF EXISTS (SELECT 1 FROM agency_claim c WHERE c.tenant_id = OLD.tenant_id AND c.case_id = of_case AND c.closed_at IS NULL) THEN
    RAISE EXCEPTION 'evidence of an open claim' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER evidence_stays BEFORE DELETE ON privacy_case FOR EACH ROW EXECUTE FUNCTION edge.evidence_stays();
CREATE TRIGGER evidence_stays BEFORE DELETE ON case_letter FOR EACH ROW EXECUTE FUNCTION edge.evidence_stays();
CREATE TRIGGER evidence_stays BEFORE DELETE ON case_extension FOR EACH ROW EXECUTE FUNCTION edge.evidence_stays();
CREATE TRIGGER evidence_stays BEFORE DELETE ON agency_claim FOR EACH ROW EXECUTE FUNCTION edge.evidence_stays();
