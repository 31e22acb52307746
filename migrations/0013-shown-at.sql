-- When a post was last drawn: what only moves along is drawn again less often than what matters now.
ALTER TABLE slack_post ADD COLUMN shown_at timestamptz;
