-- For servers where the owner's login may not make roles: run once, as one who may.
-- Then give `app` a password (psql: \password app), set DATABASE_APP_URL to that login and DATABASE_URL to the owner's.
CREATE ROLE tenant_rw NOLOGIN;
CREATE ROLE intake NOLOGIN;
CREATE ROLE resolver NOLOGIN;
CREATE ROLE dispatcher NOLOGIN;
CREATE ROLE app LOGIN NOINHERIT;

-- The login takes these roles and inherits none; from Postgres 16 on that is said in the grant.
DO $$ BEGIN
  EXECUTE 'GRANT tenant_rw, intake, resolver, dispatcher TO app'
    || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
END $$;
