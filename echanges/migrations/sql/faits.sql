-- Notes a fact to publish, in the fact's own transaction (ADR 0012). It takes no number and no lock:
-- a payment being booked never waits for the publisher, and a fact rolled back leaves nothing.
--   argument 0: kind of the event; argument 1: the column that holds the state, or '' for a row that only says one thing
CREATE FUNCTION echanges_note_fait() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text := '';
    source text := lower(TG_ARGV[0]) || ':' || NEW.id;
BEGIN
    IF TG_ARGV[1] <> '' THEN
        said := coalesce(to_jsonb(NEW) ->> TG_ARGV[1], '');
        -- The same row tells several facts in its life, one a transaction and state.
        source := source || ':' || said || ':' || pg_current_xact_id();
    END IF;
    INSERT INTO public.echanges_faitsortant (caisse_id, kind, subject_id, state, source_key, noted_at)
    VALUES (NEW.caisse_id, TG_ARGV[0], NEW.id, said, source, now())
    ON CONFLICT (caisse_id, source_key) DO NOTHING;
    RETURN NULL;
END
$$;

-- Where money is or was; the beginning of an attempt, and one that nobody finished, are no news.
CREATE TRIGGER fait_of_payment_log AFTER INSERT ON payments_paymentlog FOR EACH ROW
    WHEN (NEW.to_status IN ('PENDING', 'PAID', 'HELD', 'SCHEDULED', 'STOPPED', 'REFUNDED')
          OR NEW.from_status = 'PENDING')
    EXECUTE FUNCTION echanges_note_fait('PAYMENT', '');

CREATE TRIGGER fait_of_new_refund AFTER INSERT ON payments_refund FOR EACH ROW
    EXECUTE FUNCTION echanges_note_fait('REFUND', 'status');
CREATE TRIGGER fait_of_refund AFTER UPDATE OF status ON payments_refund FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION echanges_note_fait('REFUND', 'status');

-- A plan not confirmed at the bank yet is a wish.
CREATE TRIGGER fait_of_new_plan AFTER INSERT ON allocataires_echeancier FOR EACH ROW
    WHEN (NEW.status <> 'PROPOSED')
    EXECUTE FUNCTION echanges_note_fait('PLAN', 'status');
CREATE TRIGGER fait_of_plan AFTER UPDATE OF status ON allocataires_echeancier FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION echanges_note_fait('PLAN', 'status');

-- New dues are told with their plan.
CREATE TRIGGER fait_of_echeance AFTER UPDATE OF status, due_on ON allocataires_echeance FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status OR NEW.due_on IS DISTINCT FROM OLD.due_on)
    EXECUTE FUNCTION echanges_note_fait('ECHEANCE', 'status');

-- What the fund's own software said is not said back to it.
CREATE TRIGGER fait_of_etape AFTER INSERT ON allocataires_etape FOR EACH ROW
    WHEN (NEW.cause <> 'CAISSE')
    EXECUTE FUNCTION echanges_note_fait('STATE', '');

CREATE TRIGGER fait_of_new_demande AFTER INSERT ON recouvrement_demande FOR EACH ROW
    EXECUTE FUNCTION echanges_note_fait('DEMANDE', 'status');
CREATE TRIGGER fait_of_demande AFTER UPDATE OF status ON recouvrement_demande FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION echanges_note_fait('DEMANDE', 'status');

-- Movements that start here: cards, and what becomes of them. Withholdings and cheques come from the fund.
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ('CARTE', 'REMBOURSEMENT', 'IMPAYE'))
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');
