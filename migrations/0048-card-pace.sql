-- When anything of a Slack channel was last drawn: an update waits a second for the one before it, whichever card that was.
CREATE INDEX slack_post_shown ON slack_post (tenant_id, lane, shown_at) WHERE card IS NOT NULL AND shown_at IS NOT NULL;
