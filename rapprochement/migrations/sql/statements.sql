-- What the bank and the gateway said does not change, nor what was made of it.
CREATE TRIGGER inv01_fichierreleve_append_only BEFORE UPDATE OR DELETE ON rapprochement_fichierreleve
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_morceaufichier_append_only BEFORE UPDATE OR DELETE ON rapprochement_morceaufichier
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_releve_append_only BEFORE UPDATE OR DELETE ON rapprochement_releve
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_lignebanque_append_only BEFORE UPDATE OR DELETE ON rapprochement_lignebanque
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_ligneplateforme_append_only BEFORE UPDATE OR DELETE ON rapprochement_ligneplateforme
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_remise_append_only BEFORE UPDATE OR DELETE ON rapprochement_remise
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_appariement_append_only BEFORE UPDATE OR DELETE ON rapprochement_appariement
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_imputation_append_only BEFORE UPDATE OR DELETE ON rapprochement_imputation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_remisebanque_append_only BEFORE UPDATE OR DELETE ON rapprochement_remisebanque
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_impaye_append_only BEFORE UPDATE OR DELETE ON rapprochement_impaye
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- Invariant 20: statements of an account follow each other, by their balances and their dates. The
-- database gives the rank; what Python gives is not read.
CREATE FUNCTION rapprochement_releves_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('releve', NEW.compte_bancaire_id));
    SELECT rank, last_on, closing_cents INTO before FROM rapprochement_releve
     WHERE compte_bancaire_id = NEW.compte_bancaire_id AND caisse_id = NEW.caisse_id
     ORDER BY rank DESC LIMIT 1;
    NEW.rank := coalesce(before.rank, 0) + 1;
    IF before.closing_cents <> NEW.opening_cents OR before.last_on > NEW.first_on THEN
        RAISE EXCEPTION 'inv20: opens on % with %, but the one before closed on % with %',
            NEW.first_on, NEW.opening_cents, before.last_on, before.closing_cents
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv20_releves_follow';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv20_releves_follow BEFORE INSERT ON rapprochement_releve
    FOR EACH ROW EXECUTE FUNCTION rapprochement_releves_follow();
