DROP TRIGGER inv03_mouvement_implanted_once ON allocataires_mouvement;
DROP FUNCTION allocataires_refuse_implantation();
DROP TRIGGER inv03_mouvement_moves_balance ON allocataires_mouvement;
DROP TRIGGER inv03_creance_implanted ON allocataires_creance;
CREATE OR REPLACE FUNCTION allocataires_open_creance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.balance_cents := 0;
    NEW.mouvement_count := 0;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION allocataires_implant_creance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO allocataires_mouvement
        (caisse_id, creance_id, rank, kind, sens, amount_cents, balance_after_cents, value_on, recorded_at)
    VALUES
        (NEW.caisse_id, NEW.id, 0, 'IMPLANTATION', 'HAUSSE', NEW.initial_cents, 0, NEW.implanted_on, now());
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION allocataires_post_mouvement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    debt record;
BEGIN
    SELECT balance_cents, mouvement_count INTO debt
      FROM allocataires_creance
     WHERE id = NEW.creance_id AND caisse_id = NEW.caisse_id
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'inv08: no such debt in this fund' USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = 'inv08_mouvement_creance';
    END IF;
    IF NEW.kind = 'IMPLANTATION' AND debt.mouvement_count > 0 THEN
        RAISE EXCEPTION 'inv03: a debt is implanted once' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'inv03_mouvement_implanted_once';
    END IF;
    NEW.rank := debt.mouvement_count + 1;
    NEW.balance_after_cents := debt.balance_cents
        + CASE NEW.sens WHEN 'HAUSSE' THEN NEW.amount_cents ELSE -NEW.amount_cents END;
    UPDATE allocataires_creance
       SET balance_cents = NEW.balance_after_cents, mouvement_count = NEW.rank
     WHERE id = NEW.creance_id AND caisse_id = NEW.caisse_id;
    RETURN NEW;
END $$;
CREATE TRIGGER inv03_creance_implanted AFTER INSERT ON allocataires_creance
    FOR EACH ROW EXECUTE FUNCTION allocataires_implant_creance();
CREATE TRIGGER inv03_mouvement_moves_balance BEFORE INSERT ON allocataires_mouvement
    FOR EACH ROW EXECUTE FUNCTION allocataires_post_mouvement();
