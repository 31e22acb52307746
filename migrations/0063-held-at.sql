-- Since when a campaign is held: what stops by lack of credit goes on by itself on the same day alone.
ALTER TABLE campaign ADD COLUMN held_at timestamptz;
