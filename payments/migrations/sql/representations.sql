-- Invariant 7, with what banks gave back of chargebacks: it is here again, and may go back again.
CREATE OR REPLACE FUNCTION payments_check_refund() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken record;
    held bigint;
    back bigint;
BEGIN
    IF TG_OP = 'INSERT' AND NOT (NEW.status = 'ASKED' OR (NEW.status = 'DONE' AND NEW.origin = 'PLATFORM')) THEN
        RAISE EXCEPTION 'inv07: a refund is born asked' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'inv07_refund_born_asked';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND NOT (OLD.status, NEW.status) IN (
        ('ASKED', 'SENDING'), ('ASKED', 'REJECTED'), ('SENDING', 'DONE'), ('SENDING', 'FAILED')
    ) THEN
        RAISE EXCEPTION 'inv06: a refund does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_refund_moves';
    END IF;
    IF NEW.status NOT IN ('ASKED', 'SENDING', 'DONE') THEN
        RETURN NEW;
    END IF;
    SELECT amount_cents, operation, payment_id INTO taken FROM payments_transaction
     WHERE id = NEW.transaction_id AND caisse_id = NEW.caisse_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        -- Not of this fund, or not in scope: the wall and the foreign key say so in their own words.
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO held FROM payments_refund
     WHERE transaction_id = NEW.transaction_id AND status IN ('ASKED', 'SENDING', 'DONE') AND id <> NEW.id;
    SELECT coalesce(sum(p.amount_cents), 0) INTO back
      FROM payments_representation p
      JOIN payments_refund r ON r.id = p.refund_id AND r.caisse_id = p.caisse_id
     WHERE r.transaction_id = NEW.transaction_id AND r.caisse_id = NEW.caisse_id;
    IF taken.operation IS DISTINCT FROM 'DEBIT' OR taken.payment_id IS DISTINCT FROM NEW.payment_id
       OR held - back + NEW.amount_cents > taken.amount_cents THEN
        RAISE EXCEPTION 'inv07: % asked on a transaction of %, of which % is given back or about to be',
            NEW.amount_cents, taken.amount_cents, held - back
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv07_refund_never_above';
    END IF;
    RETURN NEW;
END $$;

-- No more of a chargeback comes back than it took, also when two are recorded at once.
CREATE FUNCTION payments_check_representation() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken record;
    back bigint;
BEGIN
    SELECT r.kind, r.status, r.amount_cents INTO taken
      FROM payments_refund r
      JOIN payments_transaction t ON t.id = r.transaction_id AND t.caisse_id = r.caisse_id
     WHERE r.id = NEW.refund_id AND r.caisse_id = NEW.caisse_id
       FOR NO KEY UPDATE OF t;
    IF NOT FOUND THEN
        -- Not of this fund, or not in scope: the wall and the foreign key say so in their own words.
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO back FROM payments_representation
     WHERE refund_id = NEW.refund_id AND caisse_id = NEW.caisse_id;
    IF taken.kind <> 'IMPAYE' OR taken.status <> 'DONE' OR back + NEW.amount_cents > taken.amount_cents THEN
        RAISE EXCEPTION 'inv07: % given back of a chargeback of %, of which % came back',
            NEW.amount_cents, taken.amount_cents, back
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv07_representation_never_above';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv07_representation_never_above BEFORE INSERT ON payments_representation
    FOR EACH ROW EXECUTE FUNCTION payments_check_representation();
