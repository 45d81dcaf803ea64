-- Invariant 19: a lettrage is made, or taken back, after every export that was asked for. A task that
-- letters for minutes gives the instant at which it began: an export asked meanwhile did not see what
-- it had not written yet, and built again would. The lock is the one that a build waits for.
CREATE FUNCTION comptabilite_letter_after_exports() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next_at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lettrage', NEW.compte_id));
    SELECT max(as_of) + interval '1 microsecond' INTO next_at
      FROM comptabilite_export WHERE caisse_id = NEW.caisse_id;
    IF TG_OP = 'INSERT' THEN
        NEW.lettered_at := greatest(NEW.lettered_at, next_at);
    ELSE
        NEW.undone_at := greatest(NEW.undone_at, next_at);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv19_letter_after_exports BEFORE INSERT OR UPDATE ON comptabilite_lettrage
    FOR EACH ROW EXECUTE FUNCTION comptabilite_letter_after_exports();
