-- Invariant 23: nothing leaves the work list without somebody or something that settled it. A line is
-- settled once and stays as it was settled; its opening and its end each leave a trace, here, so that
-- no statement can forget to.
CREATE FUNCTION comptabilite_anomalie_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NOT NULL THEN
        RAISE EXCEPTION 'inv23: anomaly % is settled and stays so', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv23_anomalie_settled_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv23_anomalie_settled_once BEFORE UPDATE ON comptabilite_anomalie
    FOR EACH ROW EXECUTE FUNCTION comptabilite_anomalie_guard();

CREATE FUNCTION comptabilite_anomalie_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO comptabilite_traceanomalie (caisse_id, anomalie_id, at, agent_id, kind, note)
        VALUES (NEW.caisse_id, NEW.id, NEW.opened_at, NULL, 'OUVERTE', '');
    END IF;
    IF NEW.settled_at IS NOT NULL THEN
        INSERT INTO comptabilite_traceanomalie (caisse_id, anomalie_id, at, agent_id, kind, note)
        VALUES (NEW.caisse_id, NEW.id, NEW.settled_at, NEW.settled_by_id, 'REGLEE', NEW.settled_note);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv23_anomalie_traced AFTER INSERT OR UPDATE ON comptabilite_anomalie
    FOR EACH ROW EXECUTE FUNCTION comptabilite_anomalie_trace();
