-- A no to a question of ours stands in the ledger beside the question: nobody is asked as if they had never answered.
ALTER TABLE consent
  DROP CONSTRAINT consent_act_check,
  ADD CONSTRAINT consent_act_check
    CHECK (act IN ('given', 'renewed', 'withdrawn', 'expired', 'pending', 'declined', 'needs_reconfirmation'));

-- How long a yes to these words holds; without, until it is taken back.
ALTER TABLE consent_text ADD COLUMN months int CHECK (months > 0);
