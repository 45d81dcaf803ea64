-- Invariant 10: a departure is never changed nor removed. One thing is added to it, once: what the
-- gateway calls it, known only after the gateway was asked.
DROP TRIGGER inv10_redirection_append_only ON payments_redirection;
CREATE TRIGGER inv10_redirection_append_only BEFORE DELETE ON payments_redirection
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

CREATE FUNCTION payments_name_departure_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.gateway_reference <> ''
        OR (to_jsonb(NEW) - 'gateway_reference') IS DISTINCT FROM (to_jsonb(OLD) - 'gateway_reference') THEN
        RAISE EXCEPTION 'inv10: a departure is named once and never changed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'inv10_redirection_named_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv10_redirection_named_once BEFORE UPDATE ON payments_redirection
    FOR EACH ROW EXECUTE FUNCTION payments_name_departure_once();
