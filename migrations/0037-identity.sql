-- A code that was sent, or a form that was offered. It goes once it was used, or its time is over; that it proved something stands in identity_proof.
CREATE TABLE identity_check (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  -- What a right answer proves: code_here, code_there, match.
  proof text NOT NULL CHECK (proof IN ('code_here', 'code_there', 'match')),
  -- By which the code went; none for a form.
  channel text,
  -- The lookup token of the number or mailbox it went to; of a form, of whoever asks. Tries are counted by it.
  token bytea NOT NULL,
  -- Keyed hash of the code.
  code bytea,
  -- The message that carried it, whose words go with it.
  message_seq bigint,
  -- Another contact that the code also proves to be theirs.
  other_contact_id uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
CREATE INDEX identity_check_case ON identity_check (tenant_id, case_id);
CREATE INDEX identity_check_expires ON identity_check (tenant_id, expires_at);

-- Codes sent and wrong answers, by number or mailbox and day. Lookup tokens alone.
CREATE TABLE identity_try (
  tenant_id uuid NOT NULL REFERENCES tenant,
  token bytea NOT NULL,
  day date NOT NULL,
  sent int NOT NULL DEFAULT 0,
  wrong int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, token, day)
);

-- What was proved, how, and by whom it was seen: the dossier keeps this and no more.
CREATE TABLE identity_proof (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  proof text NOT NULL CHECK (proof IN ('possession', 'code_here', 'code_there', 'match', 'desk')),
  gives text NOT NULL CHECK (gives IN ('L0', 'L1', 'L2', 'L3')),
  channel text,
  -- Of the desk: what was seen, in the words of whoever saw it, sealed; never the paper itself.
  sealed bytea,
  member_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id)
);
CREATE INDEX identity_proof_case ON identity_proof (tenant_id, case_id);

-- Somebody asks for somebody else: as whom they said so, and on what paper the company let them.
CREATE TABLE representation (
  tenant_id uuid NOT NULL REFERENCES tenant,
  case_id uuid NOT NULL,
  relation text NOT NULL CHECK (relation IN ('representative', 'heir', 'parent', 'somebody_else')),
  said_at timestamptz NOT NULL,
  -- The paper, by its name and date, sealed; and whose data it is about.
  mandate bytea,
  subject_id uuid,
  recorded_by uuid,
  recorded_at timestamptz,
  PRIMARY KEY (tenant_id, case_id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES privacy_case (tenant_id, id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES contact (tenant_id, id),
  CHECK ((mandate IS NULL) = (recorded_by IS NULL))
);

-- Where the answer goes when it is not to whom the data are about: to the one who asked for them, on a mandate.
ALTER TABLE privacy_case ADD COLUMN answer_to uuid;

-- What nobody here could read: a voice note, a picture, a mail without a wish we know. A person of the company looks; the clock runs from when it came.
CREATE TABLE unsorted_request (
  tenant_id uuid NOT NULL REFERENCES tenant,
  inbox_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  channel text NOT NULL,
  -- audio, image, video, document, mail
  medium text NOT NULL,
  received_at timestamptz NOT NULL,
  -- waiting · case: it was a request · none: it was not
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'case', 'none')),
  case_id uuid,
  sorted_by uuid,
  sorted_at timestamptz,
  PRIMARY KEY (tenant_id, inbox_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id)
);
CREATE INDEX unsorted_request_contact ON unsorted_request (tenant_id, contact_id);
CREATE INDEX unsorted_request_waiting ON unsorted_request (tenant_id, received_at) WHERE state = 'waiting';

-- An address for requests alone: nothing else is sent from it.
ALTER TABLE sender ADD COLUMN purpose text NOT NULL DEFAULT 'all' CHECK (purpose IN ('all', 'privacy'));

-- Mails to our own mailbox, which are handed to whoever of our customers holds data of their writer. How many did is kept, not who.
CREATE TABLE forwarded_mail (
  tenant_id uuid NOT NULL REFERENCES tenant,
  lane bytea NOT NULL,
  inbox_id uuid NOT NULL,
  at timestamptz NOT NULL,
  done_at timestamptz,
  holders int,
  PRIMARY KEY (tenant_id, lane, inbox_id)
);

-- Nothing is sent to somebody who died; heirs may ask, unless the dead had forbidden it (Ley 19.628, art. 4).
ALTER TABLE contact
  ADD COLUMN deceased_at timestamptz,
  ADD COLUMN heirs_barred boolean NOT NULL DEFAULT false;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['identity_check', 'identity_try', 'identity_proof', 'representation', 'unsorted_request', 'forwarded_mail'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid)
      WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', name);
  END LOOP;
END $$;
