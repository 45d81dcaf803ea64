-- At commit, the dues of a plan sum to the plan.
CREATE FUNCTION allocataires_echeances_sum() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key bigint;
    agreed bigint;
    sums record;
BEGIN
    IF TG_TABLE_NAME = 'allocataires_echeancier' THEN key := NEW.id; ELSE key := NEW.echeancier_id; END IF;
    SELECT total_cents INTO agreed FROM allocataires_echeancier WHERE id = key;
    SELECT coalesce(sum(amount_cents), 0) AS cents INTO sums FROM allocataires_echeance WHERE echeancier_id = key;
    IF agreed IS DISTINCT FROM sums.cents THEN
        RAISE EXCEPTION 'inv05: plan % is %, its dues sum to %', key, agreed, sums.cents
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv05_echeances_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inv05_echeancier_sum AFTER INSERT ON allocataires_echeancier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocataires_echeances_sum();
CREATE CONSTRAINT TRIGGER inv05_echeance_sum AFTER INSERT ON allocataires_echeance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocataires_echeances_sum();

-- Invariant 6 for dues: the moves that allocataires.models.echeancier.ECHEANCE_MOVES has, and no other.
CREATE FUNCTION allocataires_move_echeance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status, NEW.status) IN (
        ('PLANNED', 'PAID'), ('PLANNED', 'REFUSED'), ('PLANNED', 'CANCELLED'), ('PLANNED', 'PAID_OTHERWISE'),
        ('REFUSED', 'PAID'), ('REFUSED', 'PAID_OTHERWISE'), ('REFUSED', 'CANCELLED'), ('CANCELLED', 'PAID')
    ) THEN
        RAISE EXCEPTION 'inv06: a due does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_echeance_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_echeance_moves BEFORE UPDATE ON allocataires_echeance
    FOR EACH ROW EXECUTE FUNCTION allocataires_move_echeance();
