-- Talks of a company's people with a person: begun when somebody asks for a person, or when what they wrote is shown to the team.
CREATE TABLE hand_off (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  -- shown: the bot still answers; open: it keeps quiet; resolved: over
  state text NOT NULL CHECK (state IN ('shown', 'open', 'resolved')),
  opened_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  -- The post at the head of its thread.
  post_id uuid NOT NULL,
  assigned_to uuid,
  absence_told_at timestamptz,
  resolved_at timestamptz,
  resolved_by uuid,
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
-- One at a time with each person.
CREATE UNIQUE INDEX hand_off_running ON hand_off (tenant_id, contact_id) WHERE state <> 'resolved';
CREATE INDEX hand_off_contact ON hand_off (tenant_id, contact_id);

-- Which of our messages to a person a member wrote.
CREATE TABLE hand_off_answer (
  tenant_id uuid NOT NULL,
  -- Of the message in the standing batch.
  seq bigint NOT NULL,
  hand_off_id uuid NOT NULL,
  member_id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  FOREIGN KEY (tenant_id, hand_off_id) REFERENCES hand_off (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX hand_off_answer_of ON hand_off_answer (tenant_id, hand_off_id);

-- What a team answers often, in its own words.
CREATE TABLE canned_reply (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  words text NOT NULL CHECK (words <> ''),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

-- When a team answers people, and what it says at other hours. No row: nobody said.
CREATE TABLE support_hours (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant,
  -- 1: Monday … 7: Sunday
  days smallint[] NOT NULL CHECK (cardinality(days) > 0),
  -- Minutes of the company's own day.
  opens smallint NOT NULL CHECK (opens BETWEEN 0 AND 1439),
  closes smallint NOT NULL CHECK (closes > opens AND closes <= 1440),
  words text NOT NULL DEFAULT ''
);

-- Until when somebody of the company is taken to be writing from its own app: the bot keeps quiet.
ALTER TABLE contact ADD COLUMN human_until timestamptz;
-- Whoever talks with a person when this comes goes on beneath the card that stands.
INSERT INTO hand_off (tenant_id, id, contact_id, state, opened_at, last_at, post_id)
  SELECT c.tenant_id, gen_random_uuid(), c.id, 'open', c.hand_off_at, c.hand_off_at, p.id
  FROM contact c CROSS JOIN LATERAL (SELECT id FROM slack_post WHERE tenant_id = c.tenant_id AND topic = 'talk:' || c.id ORDER BY created_at DESC LIMIT 1) p
  WHERE c.hand_off_at IS NOT NULL;
ALTER TABLE contact DROP COLUMN hand_off_at;
-- In a thread beneath another post of ours.
ALTER TABLE slack_post ADD COLUMN beneath uuid;
CREATE INDEX slack_post_beneath ON slack_post (tenant_id, beneath) WHERE beneath IS NOT NULL;

-- Cards that stood before are drawn by their new name.
UPDATE slack_post SET card = jsonb_set(card, '{intent}', '"hand-off"') WHERE card->>'intent' = 'recipient-history' AND card->>'card' = 'talk';

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['hand_off', 'hand_off_answer', 'canned_reply', 'support_hours'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO tenant_rw USING (tenant_id = current_setting(''app.tenant'')::uuid) WITH CHECK (tenant_id = current_setting(''app.tenant'')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenant_rw', t);
  END LOOP;
END $$;
