-- Invariant 21: an imputation is corrected once, after its écriture was reversed, and nothing else of
-- it changes. What a corrected one said of a remittance does not count.
CREATE FUNCTION rapprochement_imputation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.corrected_at IS NOT NULL OR NEW.corrected_at IS NULL
       OR (to_jsonb(NEW) - '{corrected_at,corrected_by_id,corrected_reason}'::text[])
          <> (to_jsonb(OLD) - '{corrected_at,corrected_by_id,corrected_reason}'::text[]) THEN
        RAISE EXCEPTION 'inv21: imputation % is corrected once, and nothing else of it changes', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_imputation_corrected_once';
    END IF;
    IF NOT EXISTS (SELECT FROM comptabilite_ecriture e
                    WHERE e.reverses_id = NEW.ecriture_id AND e.caisse_id = NEW.caisse_id) THEN
        RAISE EXCEPTION 'inv21: the écriture of imputation % is not reversed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_imputation_corrected_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv21_imputation_corrected_once BEFORE UPDATE ON rapprochement_imputation
    FOR EACH ROW EXECUTE FUNCTION rapprochement_imputation_guard();
DROP TRIGGER inv01_imputation_append_only ON rapprochement_imputation;
CREATE TRIGGER inv01_imputation_append_only BEFORE DELETE ON rapprochement_imputation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

CREATE OR REPLACE FUNCTION rapprochement_remise_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told bigint;
    brought bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('remise', NEW.remise_id));
    SELECT r.gross_cents, sum(x.gross_cents) INTO told, brought
      FROM rapprochement_remise r
      JOIN rapprochement_remisebanque x ON x.remise_id = r.id AND x.caisse_id = r.caisse_id
      JOIN rapprochement_imputation i ON i.id = x.imputation_id AND i.caisse_id = x.caisse_id
       AND i.corrected_at IS NULL
     WHERE r.id = NEW.remise_id AND r.caisse_id = NEW.caisse_id
     GROUP BY r.gross_cents;
    IF brought * sign(told) < 0 OR abs(brought) > abs(told) THEN
        RAISE EXCEPTION 'inv21: remittance % of % was brought for %', NEW.remise_id, told, brought
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_remise_never_above';
    END IF;
    RETURN NULL;
END $$;
