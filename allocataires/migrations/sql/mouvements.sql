-- Invariant 3: a debt's balance is its initial amount plus and minus its movements, never below 0.
-- The debt is written with a balance of 0; its first movement, the implantation, raises it.

CREATE FUNCTION allocataires_open_creance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.balance_cents := 0;
    NEW.mouvement_count := 0;
    RETURN NEW;
END $$;

CREATE TRIGGER inv03_creance_opens_at_zero BEFORE INSERT ON allocataires_creance
    FOR EACH ROW EXECUTE FUNCTION allocataires_open_creance();

CREATE FUNCTION allocataires_implant_creance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO allocataires_mouvement
        (caisse_id, creance_id, rank, kind, sens, amount_cents, balance_after_cents, value_on, recorded_at)
    VALUES
        (NEW.caisse_id, NEW.id, 0, 'IMPLANTATION', 'HAUSSE', NEW.initial_cents, 0, NEW.implanted_on, now());
    RETURN NULL;
END $$;

CREATE TRIGGER inv03_creance_implanted AFTER INSERT ON allocataires_creance
    FOR EACH ROW EXECUTE FUNCTION allocataires_implant_creance();

-- Lock, number, compute, write: the only hand that moves a balance.
CREATE FUNCTION allocataires_post_mouvement() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER inv03_mouvement_moves_balance BEFORE INSERT ON allocataires_mouvement
    FOR EACH ROW EXECUTE FUNCTION allocataires_post_mouvement();

-- Nobody else writes the balance: an UPDATE of it is accepted from inside the trigger above only.
CREATE FUNCTION allocataires_guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.balance_cents, NEW.mouvement_count) IS DISTINCT FROM (OLD.balance_cents, OLD.mouvement_count)
       AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'inv03: the balance follows the movements, it is not written by hand'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv03_creance_balance_by_movement';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER inv03_creance_balance_guard BEFORE UPDATE ON allocataires_creance
    FOR EACH ROW EXECUTE FUNCTION allocataires_guard_balance();

CREATE TRIGGER inv03_mouvement_append_only BEFORE UPDATE OR DELETE ON allocataires_mouvement
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
