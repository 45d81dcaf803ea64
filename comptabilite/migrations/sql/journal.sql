-- Invariant 1: the journal only grows. TRUNCATE is denied by rights: nobody but the owner has it.
CREATE TRIGGER inv01_ecriture_append_only BEFORE UPDATE OR DELETE ON comptabilite_ecriture
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_ligne_append_only BEFORE UPDATE OR DELETE ON comptabilite_ligne
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- Invariant 2: at commit, every écriture has two lines or more and is balanced. The trigger on the
-- écriture sees the one that has no line at all; the one on the lines sees what is added later.
CREATE FUNCTION comptabilite_ecriture_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
    sums record;
BEGIN
    IF TG_TABLE_NAME = 'comptabilite_ecriture' THEN key := NEW.id; ELSE key := NEW.ecriture_id; END IF;
    SELECT count(*) AS lines, coalesce(sum(debit_cents), 0) AS debit, coalesce(sum(credit_cents), 0) AS credit
      INTO sums FROM comptabilite_ligne WHERE ecriture_id = key AND caisse_id = NEW.caisse_id;
    IF sums.lines < 2 OR sums.debit <> sums.credit THEN
        RAISE EXCEPTION 'inv02: écriture % has % line(s), debit % and credit %', key, sums.lines, sums.debit, sums.credit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv02_ecriture_balanced';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER inv02_ecriture_balanced AFTER INSERT ON comptabilite_ecriture
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION comptabilite_ecriture_balanced();
CREATE CONSTRAINT TRIGGER inv02_ligne_balanced AFTER INSERT ON comptabilite_ligne
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION comptabilite_ecriture_balanced();
