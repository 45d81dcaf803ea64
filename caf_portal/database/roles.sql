-- The three roles of the portal, and what they may do with what the owner will create.
--
-- Run by a superuser, on PostgreSQL 15 to 18, as often as one likes:
--   once in template1 (so that databases made later, the tests' for instance, inherit the default rights),
--   once in the portal's database if it was made before.
-- It sets no password: the embedded servers trust their private socket, docker/postgres/ sets them from the
-- environment. It grants nothing on existing tables: a right that a migration took away must stay away.

DO $$
DECLARE
    wanted text;
    dangerous text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['caf_owner', 'caf_app', 'caf_national'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOINHERIT', wanted);
        END IF;
    END LOOP;

    -- Such a role would walk through row-level security, and every test of it would prove nothing.
    SELECT string_agg(rolname, ', ') INTO dangerous
      FROM pg_roles
     WHERE rolname IN ('caf_owner', 'caf_app', 'caf_national') AND (rolsuper OR rolbypassrls);
    IF dangerous IS NOT NULL THEN
        RAISE EXCEPTION 'these roles must be neither superuser nor BYPASSRLS: %', dangerous;
    END IF;
END
$$;

-- Owns the schema and the tables, runs the migrations; makes the tests' databases.
ALTER ROLE caf_owner LOGIN CREATEDB NOINHERIT;
-- The web and the workers. Owns nothing.
ALTER ROLE caf_app LOGIN NOCREATEDB NOINHERIT;
-- Sees every fund. Nobody connects with it: it is taken inside a transaction (SET LOCAL ROLE), and NOINHERIT
-- keeps its policies from applying before that.
ALTER ROLE caf_national NOLOGIN NOCREATEDB NOINHERIT;

GRANT caf_national TO caf_owner, caf_app;

ALTER SCHEMA public OWNER TO caf_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO caf_app, caf_national;

-- Never TRUNCATE: no row-level trigger would see it, and the journal only grows.
ALTER DEFAULT PRIVILEGES FOR ROLE caf_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO caf_app, caf_national;
ALTER DEFAULT PRIVILEGES FOR ROLE caf_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO caf_app, caf_national;
