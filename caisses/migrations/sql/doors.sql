-- Shared by every table that only grows (invariants 1, 3, 6, 9).
CREATE FUNCTION caf_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % only grows: add a row that corrects it', TG_NAME, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

-- The rights of one agent, read before any scope is known. The owner may read this one table, and
-- the function gives back one agent's rows.
CREATE POLICY door ON caisses_habilitation FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION caisses_rights_of(agent bigint) RETURNS TABLE (role varchar, caisse_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT role, caisse_id FROM caisses_habilitation WHERE agent_id = agent
$$;
REVOKE ALL ON FUNCTION caisses_rights_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caisses_rights_of(bigint) TO caf_app, caf_national;
