DROP TRIGGER inv07_representation_never_above ON payments_representation;
DROP FUNCTION payments_check_representation();
CREATE OR REPLACE FUNCTION payments_check_refund() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken record;
    held bigint;
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
    IF taken.operation IS DISTINCT FROM 'DEBIT' OR taken.payment_id IS DISTINCT FROM NEW.payment_id
       OR held + NEW.amount_cents > taken.amount_cents THEN
        RAISE EXCEPTION 'inv07: % asked on a transaction of %, of which % is given back or about to be',
            NEW.amount_cents, taken.amount_cents, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv07_refund_never_above';
    END IF;
    RETURN NEW;
END $$;
