-- Invariant 6 for demandes: each is answered once, and an answer is final.
CREATE FUNCTION recouvrement_answer_demande() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status <> 'DEPOSEE' THEN
        RAISE EXCEPTION 'inv06: demande % was answered', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_demande_answered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_demande_answered_once BEFORE UPDATE ON recouvrement_demande
    FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION recouvrement_answer_demande();

CREATE FUNCTION recouvrement_open_demande() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status <> 'DEPOSEE' THEN
        RAISE EXCEPTION 'inv06: a demande is filed before it is answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_demande_filed_first';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_demande_filed_first BEFORE INSERT ON recouvrement_demande
    FOR EACH ROW EXECUTE FUNCTION recouvrement_open_demande();

CREATE TRIGGER inv01_mutation_append_only BEFORE UPDATE OR DELETE ON recouvrement_mutation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
