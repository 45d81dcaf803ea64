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
     WHERE r.id = NEW.remise_id AND r.caisse_id = NEW.caisse_id
     GROUP BY r.gross_cents;
    IF brought * sign(told) < 0 OR abs(brought) > abs(told) THEN
        RAISE EXCEPTION 'inv21: remittance % of % was brought for %', NEW.remise_id, told, brought
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_remise_never_above';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER inv01_imputation_append_only ON rapprochement_imputation;
CREATE TRIGGER inv01_imputation_append_only BEFORE UPDATE OR DELETE ON rapprochement_imputation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
DROP TRIGGER inv21_imputation_corrected_once ON rapprochement_imputation;
DROP FUNCTION rapprochement_imputation_guard();
