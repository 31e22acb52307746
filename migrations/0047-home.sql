-- What a member chose: the zone in which hours are said to them (NULL: the company's), and whether what can wait reaches them only on their page.
ALTER TABLE member ADD COLUMN zone text CHECK (zone <> '');
ALTER TABLE member ADD COLUMN quiet boolean NOT NULL DEFAULT false;

-- Who has looked at their page with us, so that it is drawn again while they may still look at it. It has no words: they are drawn each time.
-- No key to member: of somebody who left it is what remains to be cleared in Slack.
CREATE TABLE slack_home (
  tenant_id uuid NOT NULL REFERENCES tenant,
  member_id uuid NOT NULL,
  team text NOT NULL,
  slack_user text NOT NULL,
  -- By the database's clock.
  opened_at timestamptz NOT NULL,
  -- Counts the wishes to draw it again, so that none is lost while it is being drawn; drawn: the one that was granted last.
  wanted int NOT NULL DEFAULT 1,
  drawn int NOT NULL DEFAULT 0,
  shown_at timestamptz,
  shown_hash bytea,
  attempts int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, member_id)
);
ALTER TABLE slack_home ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON slack_home TO tenant_rw USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON slack_home TO tenant_rw;

-- Whoever's roles or settings change, or who leaves the team, sees it at once.
CREATE FUNCTION edge.member_home() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN
  UPDATE slack_home SET wanted = wanted + 1 WHERE tenant_id = OLD.tenant_id AND member_id = OLD.id;
  IF FOUND THEN PERFORM edge.wake('home', uuid_send(OLD.id), '0'); END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION edge.member_home FROM PUBLIC;
CREATE TRIGGER member_home AFTER UPDATE OR DELETE ON member FOR EACH ROW EXECUTE FUNCTION edge.member_home();
