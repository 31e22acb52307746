-- For servers where the owner's login may not make roles: run once, as one who may.
-- Then set DATABASE_URL to the owner and DATABASE_APP_URL to `app` with the password you choose here.
CREATE ROLE tenant_rw NOLOGIN;
CREATE ROLE intake NOLOGIN;
CREATE ROLE resolver NOLOGIN;
CREATE ROLE dispatcher NOLOGIN;
CREATE ROLE app LOGIN NOINHERIT PASSWORD 'choose-one';
-- Postgres 16 and later; on 15 leave out the WITH clause.
GRANT tenant_rw, intake, resolver, dispatcher TO app WITH INHERIT FALSE, SET TRUE;
