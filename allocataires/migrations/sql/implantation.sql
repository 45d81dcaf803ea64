-- Invariant 3, many debts at a time: the debts of one statement are implanted by one statement.
-- A debt is written with its whole balance, and its first movement, which says so, goes with it.
CREATE OR REPLACE FUNCTION allocataires_open_creance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.balance_cents := NEW.initial_cents;
    NEW.mouvement_count := 1;
    RETURN NEW;
END $$;

DROP TRIGGER inv03_creance_implanted ON allocataires_creance;
CREATE OR REPLACE FUNCTION allocataires_implant_creance() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO allocataires_mouvement
        (caisse_id, creance_id, rank, kind, sens, amount_cents, balance_after_cents, value_on, recorded_at)
    SELECT caisse_id, id, 1, 'IMPLANTATION', 'HAUSSE', initial_cents, initial_cents, implanted_on, now()
      FROM implanted;
    RETURN NULL;
END $$;
CREATE TRIGGER inv03_creance_implanted AFTER INSERT ON allocataires_creance
    REFERENCING NEW TABLE AS implanted
    FOR EACH STATEMENT EXECUTE FUNCTION allocataires_implant_creance();

-- Lock, number, compute, write: the only hand that moves a balance afterwards.
DROP TRIGGER inv03_mouvement_moves_balance ON allocataires_mouvement;
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
    NEW.rank := debt.mouvement_count + 1;
    NEW.balance_after_cents := debt.balance_cents
        + CASE NEW.sens WHEN 'HAUSSE' THEN NEW.amount_cents ELSE -NEW.amount_cents END;
    UPDATE allocataires_creance
       SET balance_cents = NEW.balance_after_cents, mouvement_count = NEW.rank
     WHERE id = NEW.creance_id AND caisse_id = NEW.caisse_id;
    RETURN NEW;
END $$;
CREATE TRIGGER inv03_mouvement_moves_balance BEFORE INSERT ON allocataires_mouvement
    FOR EACH ROW WHEN (NEW.kind <> 'IMPLANTATION') EXECUTE FUNCTION allocataires_post_mouvement();

-- The first movement comes with the debt and from nowhere else. Whoever got past this would meet
-- inv03_mouvement_implanted_first and mouvement_rank_once: rank 1 is taken by the debt's own.
CREATE FUNCTION allocataires_refuse_implantation() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'inv03: a debt is implanted once, when it is written' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'inv03_mouvement_implanted_once';
END $$;
CREATE TRIGGER inv03_mouvement_implanted_once BEFORE INSERT ON allocataires_mouvement
    FOR EACH ROW WHEN (NEW.kind = 'IMPLANTATION' AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION allocataires_refuse_implantation();
