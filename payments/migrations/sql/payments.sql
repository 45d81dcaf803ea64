-- Invariant 6: a payment is born open, and moves only because a line of its log says so. The check
-- on the log holds the table of moves; this trigger makes the line and the move one thing.
CREATE FUNCTION payments_open_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'OPEN' THEN
        RAISE EXCEPTION 'inv06: a payment is born open' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'inv06_payment_born_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_payment_born_open BEFORE INSERT ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_open_payment();

CREATE FUNCTION payments_move_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_payment
       SET status = NEW.to_status,
           paid_at = CASE WHEN NEW.to_status = 'PAID' THEN NEW.at ELSE paid_at END
     WHERE id = NEW.payment_id AND caisse_id = NEW.caisse_id AND status = NEW.from_status;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'inv06: payment % is not %', NEW.payment_id, NEW.from_status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_payment_log_from_status';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv06_payment_log_moves AFTER INSERT ON payments_paymentlog
    FOR EACH ROW EXECUTE FUNCTION payments_move_payment();

CREATE FUNCTION payments_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.status, NEW.paid_at) IS DISTINCT FROM (OLD.status, OLD.paid_at) AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'inv06: a status follows a line of the log, it is not written by hand'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv06_payment_status_by_log';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv06_payment_status_guard BEFORE UPDATE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_guard_status();

CREATE TRIGGER inv06_payment_log_append_only BEFORE UPDATE OR DELETE ON payments_paymentlog
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- Invariant 5: at commit, the affectations sum to the payment.
CREATE FUNCTION payments_affectations_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
    asked bigint;
    spread bigint;
BEGIN
    IF TG_TABLE_NAME = 'payments_payment' THEN key := NEW.id; ELSE key := NEW.payment_id; END IF;
    SELECT amount_cents INTO asked FROM payments_payment WHERE id = key;
    SELECT coalesce(sum(amount_cents), 0) INTO spread FROM payments_affectation WHERE payment_id = key;
    IF asked IS DISTINCT FROM spread THEN
        RAISE EXCEPTION 'inv05: payment % asks %, its affectations sum to %', key, asked, spread
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv05_affectations_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inv05_payment_sum AFTER INSERT ON payments_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_affectations_sum();
CREATE CONSTRAINT TRIGGER inv05_affectation_sum AFTER INSERT ON payments_affectation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_affectations_sum();
CREATE TRIGGER inv05_affectation_append_only BEFORE UPDATE OR DELETE ON payments_affectation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- Invariant 9: notifications are immutable, and so is what we made of them.
CREATE TRIGGER inv09_notification_append_only BEFORE UPDATE OR DELETE ON payments_notification
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv09_outcome_append_only BEFORE UPDATE OR DELETE ON payments_notificationoutcome
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv10_redirection_append_only BEFORE UPDATE OR DELETE ON payments_redirection
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- The narrow door of the notification endpoint: it knows a shop's number and mode, not its fund.
-- The function gives back that one shop and scopes the transaction to its fund.
CREATE POLICY door ON payments_boutique FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION payments_enter_boutique(site varchar, platform_mode varchar) RETURNS SETOF payments_boutique
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    shop payments_boutique%ROWTYPE;
BEGIN
    SELECT * INTO shop FROM payments_boutique b WHERE b.site_id = site AND b.mode = platform_mode AND b.active;
    IF FOUND THEN
        PERFORM set_config('caf.caisses', '{' || shop.caisse_id || '}', true);
        RETURN NEXT shop;
    END IF;
END $$;
REVOKE ALL ON FUNCTION payments_enter_boutique(varchar, varchar) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payments_enter_boutique(varchar, varchar) TO caf_app;
