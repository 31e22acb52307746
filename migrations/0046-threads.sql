-- What is said in a thread, or asked about a post, is found by where that stands: `channel/ts`, as Slack names it.
ALTER TABLE slack_post ADD COLUMN thread text;
UPDATE slack_post SET thread = (place->>'channel') || '/' || (place->>'thread') WHERE place ? 'thread';
CREATE INDEX slack_post_thread ON slack_post (tenant_id, thread) WHERE thread IS NOT NULL;
CREATE INDEX slack_post_provider ON slack_post (tenant_id, provider_id) WHERE provider_id IS NOT NULL;
