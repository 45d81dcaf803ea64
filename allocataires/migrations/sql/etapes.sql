-- Invariant 6 for debts: a state moves because a line of its history says so, and in no other way.
CREATE FUNCTION allocataires_move_creance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE allocataires_creance SET state = NEW.to_state
     WHERE id = NEW.creance_id AND caisse_id = NEW.caisse_id AND state = NEW.from_state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'inv06: debt % is not %', NEW.creance_id, NEW.from_state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_etape_from_state';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv06_etape_moves AFTER INSERT ON allocataires_etape
    FOR EACH ROW EXECUTE FUNCTION allocataires_move_creance();

CREATE FUNCTION allocataires_guard_state() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'inv06: a state follows a line of the history, it is not written by hand'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_creance_state_by_etape';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_creance_state_guard BEFORE UPDATE ON allocataires_creance
    FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION allocataires_guard_state();

CREATE TRIGGER inv06_etape_append_only BEFORE UPDATE OR DELETE ON allocataires_etape
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- A debt ends by the movement that leaves nothing, and comes back by the one that raises it again.
-- The pairs are those of allocataires.transitions.END_OF; a test compares them.
CREATE FUNCTION allocataires_end_or_reopen() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    now_in varchar;
    goes_to varchar;
BEGIN
    SELECT state INTO now_in FROM allocataires_creance WHERE id = NEW.creance_id AND caisse_id = NEW.caisse_id;
    IF NEW.balance_after_cents = 0 THEN
        IF now_in IN ('SOLDEE', 'REMISE', 'PETIT_MONTANT', 'ANNULEE', 'NON_VALEUR')
           OR (NEW.kind = 'TRANSFERT' AND now_in IN ('TRANSFEREE', 'MUTEE')) THEN
            RETURN NULL;
        END IF;
        goes_to := CASE NEW.kind
            WHEN 'REMISE' THEN 'REMISE'
            WHEN 'PETIT_MONTANT' THEN 'PETIT_MONTANT'
            WHEN 'ANNULATION' THEN 'ANNULEE'
            WHEN 'AJUSTEMENT_BAISSE' THEN 'ANNULEE'
            WHEN 'NON_VALEUR' THEN 'NON_VALEUR'
            WHEN 'SURENDETTEMENT' THEN 'SURENDETTEMENT'
            WHEN 'TRANSFERT' THEN 'TRANSFEREE'
            ELSE 'SOLDEE' END;
    ELSIF NEW.sens = 'HAUSSE' AND now_in IN ('SOLDEE', 'REMISE', 'PETIT_MONTANT', 'ANNULEE', 'NON_VALEUR')
          AND NEW.balance_after_cents = NEW.amount_cents AND NEW.rank > 1 THEN
        SELECT from_state INTO goes_to FROM allocataires_etape
         WHERE creance_id = NEW.creance_id AND to_state = now_in ORDER BY id DESC LIMIT 1;
        goes_to := coalesce(goes_to, 'EN_RECOUVREMENT');
    END IF;
    IF goes_to IS NOT NULL AND goes_to <> now_in THEN
        INSERT INTO allocataires_etape
            (caisse_id, creance_id, from_state, to_state, cause, "on", note, at, source_id)
        VALUES
            (NEW.caisse_id, NEW.creance_id, now_in, goes_to, 'MOUVEMENT', NEW.value_on, '', NEW.recorded_at, NEW.source_id);
    END IF;
    RETURN NULL;
END $$;
-- Looks only at the lines that may end or reopen: most of them do neither.
CREATE TRIGGER inv06_mouvement_ends_creance AFTER INSERT ON allocataires_mouvement
    FOR EACH ROW WHEN (NEW.balance_after_cents = 0 OR (NEW.sens = 'HAUSSE' AND NEW.rank > 1))
    EXECUTE FUNCTION allocataires_end_or_reopen();

-- A due is put off by a line of its own history.
CREATE FUNCTION allocataires_put_off_echeance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE allocataires_echeance SET due_on = NEW.to_on
     WHERE id = NEW.echeance_id AND caisse_id = NEW.caisse_id AND due_on = NEW.from_on AND status = 'PLANNED';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'inv06: due % is not planned on %', NEW.echeance_id, NEW.from_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_report_from_date';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv06_report_moves AFTER INSERT ON allocataires_reportecheance
    FOR EACH ROW EXECUTE FUNCTION allocataires_put_off_echeance();
CREATE TRIGGER inv06_report_append_only BEFORE UPDATE OR DELETE ON allocataires_reportecheance
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

CREATE FUNCTION allocataires_guard_due_date() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'inv06: a date is put off by a report, it is not written by hand'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_echeance_date_by_report';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_echeance_date_guard BEFORE UPDATE ON allocataires_echeance
    FOR EACH ROW WHEN (NEW.due_on IS DISTINCT FROM OLD.due_on) EXECUTE FUNCTION allocataires_guard_due_date();

-- At commit, the parts of a plan sum to the plan, where it has parts.
CREATE FUNCTION allocataires_parts_sum() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agreed bigint;
    spread bigint;
BEGIN
    SELECT total_cents INTO agreed FROM allocataires_echeancier WHERE id = NEW.echeancier_id;
    SELECT sum(amount_cents) INTO spread FROM allocataires_partecheancier WHERE echeancier_id = NEW.echeancier_id;
    IF agreed IS DISTINCT FROM spread THEN
        RAISE EXCEPTION 'inv05: plan % is %, its parts sum to %', NEW.echeancier_id, agreed, spread
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv05_parts_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inv05_part_sum AFTER INSERT ON allocataires_partecheancier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocataires_parts_sum();
CREATE TRIGGER inv05_part_append_only BEFORE UPDATE OR DELETE ON allocataires_partecheancier
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

CREATE TRIGGER inv09_preuve_append_only BEFORE UPDATE OR DELETE ON allocataires_preuve
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
