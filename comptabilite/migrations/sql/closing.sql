-- Whoever writes in the books of a fund holds this lock shared until its transaction ends; whoever
-- closes a day holds it alone. Nobody writes in a day while it closes, and nobody closes a day
-- under a transaction that is writing in it.
CREATE FUNCTION comptabilite_open_day(fund bigint, fact_on date) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('cloture', fund));
    SELECT max(last_on) INTO closed FROM comptabilite_cloture WHERE caisse_id = fund AND periode = 'JOUR';
    RETURN greatest(fact_on, closed + 1);
END $$;

-- Invariant 17: a closed day takes nothing.
CREATE FUNCTION comptabilite_day_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_on date := comptabilite_open_day(NEW.caisse_id, NEW.accounting_on);
BEGIN
    IF NEW.accounting_on < open_on THEN
        RAISE EXCEPTION 'inv17: % is closed, the first open day is %', NEW.accounting_on, open_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv17_closed_day_takes_nothing';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv17_closed_day_takes_nothing BEFORE INSERT ON comptabilite_ecriture
    FOR EACH ROW EXECUTE FUNCTION comptabilite_day_is_open();

-- Days close once they are over, one after the other; a month or a year once all its days have.
CREATE FUNCTION comptabilite_days_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
    wrong text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('cloture', NEW.caisse_id));
    SELECT max(last_on) INTO closed FROM comptabilite_cloture
     WHERE caisse_id = NEW.caisse_id AND periode = 'JOUR';
    IF NEW.last_on >= (NEW.closed_at AT TIME ZONE 'Europe/Paris')::date THEN
        wrong := 'is not over';
    ELSIF NEW.periode = 'JOUR' AND NEW.last_on <> closed + 1 THEN
        wrong := 'does not follow the last closed day';
    ELSIF NEW.periode = 'MOIS' AND (
        NEW.first_on <> date_trunc('month', NEW.last_on)::date
        OR NEW.last_on <> (NEW.first_on + interval '1 month')::date - 1) THEN
        wrong := 'is not a month';
    ELSIF NEW.periode = 'ANNEE' AND (
        NEW.first_on <> date_trunc('year', NEW.last_on)::date
        OR NEW.last_on <> (NEW.first_on + interval '1 year')::date - 1) THEN
        wrong := 'is not a year';
    ELSIF NEW.periode IN ('MOIS', 'ANNEE') AND (closed IS NULL OR closed < NEW.last_on) THEN
        wrong := 'has a day that is open';
    ELSIF NEW.periode = 'ANNEE' AND NOT EXISTS (
        SELECT FROM comptabilite_cloture
         WHERE caisse_id = NEW.caisse_id AND periode = 'MOIS' AND last_on = NEW.last_on) THEN
        wrong := 'has a month that is open';
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'inv17: period % - % %', NEW.first_on, NEW.last_on, wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv17_days_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv17_days_in_order BEFORE INSERT ON comptabilite_cloture
    FOR EACH ROW EXECUTE FUNCTION comptabilite_days_in_order();
CREATE TRIGGER inv01_cloture_append_only BEFORE UPDATE OR DELETE ON comptabilite_cloture
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- The canonical form (docs/journal-format.md): what separates fields and lines is in no field.
CREATE FUNCTION comptabilite_words(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(words, E'\t\r\n', '   ')
$$;

CREATE FUNCTION comptabilite_ecriture_hash(key bigint, year integer, rank integer, final_on date, previous text)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        concat_ws(E'\t', previous, f.code, j.code, year, rank, to_char(e.accounting_on, 'YYYYMMDD'),
                  comptabilite_words(e.piece), to_char(e.origin_on, 'YYYYMMDD'),
                  comptabilite_words(e.label), to_char(final_on, 'YYYYMMDD')) || E'\n'
        || (SELECT string_agg(
                concat_ws(E'\t', l.position, c.number, comptabilite_words(l.auxiliaire),
                          comptabilite_words(l.label), l.debit_cents, l.credit_cents) || E'\n',
                '' ORDER BY l.position)
              FROM comptabilite_ligne l JOIN comptabilite_compte c ON c.id = l.compte_id
             WHERE l.ecriture_id = e.id AND l.caisse_id = e.caisse_id),
        'UTF8')), 'hex')
      FROM comptabilite_ecriture e
      JOIN comptabilite_journal j ON j.id = e.journal_id
      JOIN caisses_caisse f ON f.id = e.caisse_id
     WHERE e.id = key
$$;

-- Invariants 11 and 12: the database gives the number and the hash; what Python gives is not read.
-- The caller inserts in the order of the journal: accounting date, instant, key.
CREATE FUNCTION comptabilite_number_and_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written record;
    last record;
    closing record;
BEGIN
    SELECT e.journal_id, e.accounting_on, e.recorded_at, e.id INTO written
      FROM comptabilite_ecriture e WHERE e.id = NEW.ecriture_id AND e.caisse_id = NEW.caisse_id;
    SELECT c.periode, c.last_on INTO closing
      FROM comptabilite_cloture c WHERE c.id = NEW.cloture_id AND c.caisse_id = NEW.caisse_id;
    IF written IS NULL OR closing IS NULL OR closing.periode <> 'JOUR'
       OR closing.last_on < written.accounting_on THEN
        RAISE EXCEPTION 'inv11: écriture % is not of a day that closes', NEW.ecriture_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv11_numbers_follow';
    END IF;
    NEW.journal_id := written.journal_id;
    NEW.exercice := extract(year FROM written.accounting_on);
    PERFORM pg_advisory_xact_lock(hashtextextended('journal', NEW.journal_id));
    SELECT v.exercice, v.number, v.hash, e.accounting_on INTO last
      FROM comptabilite_validation v JOIN comptabilite_ecriture e ON e.id = v.ecriture_id
     WHERE v.caisse_id = NEW.caisse_id AND v.journal_id = NEW.journal_id
     ORDER BY v.exercice DESC, v.number DESC LIMIT 1;
    IF last.accounting_on > written.accounting_on THEN
        RAISE EXCEPTION 'inv11: écriture % comes before the last number of its journal', NEW.ecriture_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv11_numbers_follow';
    END IF;
    NEW.number := CASE WHEN last.exercice = NEW.exercice THEN last.number + 1 ELSE 1 END;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := comptabilite_ecriture_hash(
        NEW.ecriture_id, NEW.exercice, NEW.number, NEW.validated_on, NEW.previous_hash);
    RETURN NEW;
END $$;
CREATE TRIGGER inv11_numbers_follow BEFORE INSERT ON comptabilite_validation
    FOR EACH ROW EXECUTE FUNCTION comptabilite_number_and_chain();
CREATE TRIGGER inv12_validation_append_only BEFORE UPDATE OR DELETE ON comptabilite_validation
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_trace_append_only BEFORE UPDATE OR DELETE ON comptabilite_traceanomalie
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_note_append_only BEFORE UPDATE OR DELETE ON comptabilite_noteligne
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
