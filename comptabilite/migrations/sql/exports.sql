-- Invariant 1: an export that was given stays what it was given. Only the day when it was built again
-- and compared is noted afterwards.
CREATE FUNCTION comptabilite_export_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'PRET' AND (TG_OP = 'DELETE' OR
       to_jsonb(NEW) - '{compared_at,compared_same}'::text[]
       IS DISTINCT FROM to_jsonb(OLD) - '{compared_at,compared_same}'::text[]) THEN
        RAISE EXCEPTION 'inv01: export % was given and is kept', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv01_export_kept';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER inv01_export_kept BEFORE UPDATE OR DELETE ON comptabilite_export
    FOR EACH ROW EXECUTE FUNCTION comptabilite_export_kept();

-- The pieces of one that is being built come and go: a build that was killed begins again.
CREATE FUNCTION comptabilite_morceau_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched record := coalesce(OLD, NEW);
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM comptabilite_export
         WHERE id = touched.export_id AND caisse_id = touched.caisse_id AND status = 'PRET') THEN
        RAISE EXCEPTION 'inv01: the pieces of export % are kept', touched.export_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv01_morceau_kept';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER inv01_morceau_kept BEFORE INSERT OR UPDATE OR DELETE ON comptabilite_morceauexport
    FOR EACH ROW EXECUTE FUNCTION comptabilite_morceau_kept();
