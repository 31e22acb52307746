-- How a campaign goes out, whom its approval was asked of, and why the product holds it.
ALTER TABLE campaign
  -- {"kind": "now" | "at" | "local" | "waves"}; of local also the day and the hour that are everybody's own
  ADD COLUMN pace jsonb NOT NULL DEFAULT '{"kind":"now"}',
  -- of waves: which one goes out, and since when nobody of it is waiting
  ADD COLUMN wave int NOT NULL DEFAULT 0,
  ADD COLUMN wave_over_at timestamptz,
  -- while it is held: the code that says why, and the first of the two who let it go on
  ADD COLUMN held_why text,
  ADD COLUMN resumed_by uuid,
  -- whom it was handed to; NULL: whoever may approve
  ADD COLUMN asked_of uuid,
  ADD COLUMN reminded_at timestamptz;
UPDATE campaign SET pace = '{"kind":"at"}' WHERE scheduled_at IS NOT NULL;
UPDATE campaign SET state = 'held', held_why = comment, comment = NULL WHERE state = 'paused' AND comment IS NOT NULL;
ALTER TABLE campaign
  ADD CONSTRAINT campaign_state_check CHECK (
    state IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'paused', 'held', 'done', 'cancelled', 'expired')),
  ADD CONSTRAINT campaign_held_check CHECK ((state = 'held') = (held_why IS NOT NULL));

-- To so many people the only member of a team may approve what they wrote themselves; NULL: to nobody.
ALTER TABLE tenant ADD COLUMN alone_at_most int CHECK (alone_at_most > 0);
