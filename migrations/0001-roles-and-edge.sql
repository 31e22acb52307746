-- Roles are made before the first migration (src/data/roles.ts); here they get what they may touch, and nothing else.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tenant_rw, intake;

-- Works before a tenant is known: ids and hashes only, never a number, a name or a text.
CREATE SCHEMA edge;
GRANT USAGE ON SCHEMA edge TO resolver, dispatcher, tenant_rw;

-- Which customer one of our numbers or workspaces belongs to; its access token is sealed under the master key.
CREATE TABLE edge.sender (
  channel text NOT NULL,
  app text NOT NULL,
  provider_id text NOT NULL,
  tenant_id uuid NOT NULL,
  token bytea NOT NULL,
  label text NOT NULL DEFAULT '',
  PRIMARY KEY (channel, app, provider_id)
);
-- A workspace channel that belongs to one customer.
CREATE TABLE edge.place (
  team text NOT NULL,
  channel text NOT NULL,
  tenant_id uuid NOT NULL,
  PRIMARY KEY (team, channel)
);
-- Which customers a workspace user is a member of.
CREATE TABLE edge.member (
  team text NOT NULL,
  user_hash bytea NOT NULL,
  tenant_id uuid NOT NULL,
  PRIMARY KEY (team, user_hash, tenant_id)
);
-- One-time codes and links, by hash.
CREATE TABLE edge.link (
  hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL,
  grants text NOT NULL DEFAULT '',
  expires_at timestamptz NOT NULL
);
-- Work that waits: one row a lane. `gen` tells a worker that more arrived while it was busy.
CREATE TABLE edge.ready (
  kind text NOT NULL,
  tenant_id uuid NOT NULL,
  lane bytea NOT NULL,
  due_at timestamptz NOT NULL,
  tries int NOT NULL DEFAULT 0,
  gen bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, tenant_id, lane)
) WITH (fillfactor = 50);
CREATE INDEX ready_due ON edge.ready (tenant_id, due_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON edge.sender, edge.place, edge.member, edge.link TO resolver;
GRANT SELECT, UPDATE, DELETE ON edge.ready TO dispatcher;

-- Wakes a lane of the current tenant. Owner-owned, so that a tenant reads and writes no other lanes. Due times are the database's own clock.
CREATE FUNCTION edge.wake(p_kind text, p_lane bytea, p_delay interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO edge.ready AS r (kind, tenant_id, lane, due_at)
  VALUES (p_kind, current_setting('app.tenant')::uuid, p_lane, clock_timestamp() + p_delay)
  ON CONFLICT (kind, tenant_id, lane) DO UPDATE SET gen = r.gen + 1, due_at = least(r.due_at, excluded.due_at);
$$;
REVOKE ALL ON FUNCTION edge.wake FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.wake TO tenant_rw;
