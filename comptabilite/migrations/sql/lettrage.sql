-- Invariant 18: the lines of a lettrage are of its account and sum to nothing. All the lines of one
-- are added by one statement; a line is in one live lettrage (inv18_ligne_lettered_once).
CREATE FUNCTION comptabilite_letter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_over integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lettrage', NEW.compte_id));
    SELECT coalesce(max(rank), 0) + 1 INTO NEW.rank FROM comptabilite_lettrage
     WHERE caisse_id = NEW.caisse_id AND compte_id = NEW.compte_id;
    NEW.code := '';
    left_over := NEW.rank;
    WHILE left_over > 0 LOOP
        NEW.code := chr(65 + (left_over - 1) % 26) || NEW.code;
        left_over := (left_over - 1) / 26;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER inv18_letter_given_once BEFORE INSERT ON comptabilite_lettrage
    FOR EACH ROW EXECUTE FUNCTION comptabilite_letter();

CREATE FUNCTION comptabilite_lettrage_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT g.id, count(l.id) AS lines, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit INTO wrong
      FROM comptabilite_lettrage g
      LEFT JOIN comptabilite_lignelettree x ON x.lettrage_id = g.id AND x.caisse_id = g.caisse_id
      LEFT JOIN comptabilite_ligne l ON l.id = x.ligne_id AND l.caisse_id = g.caisse_id
     WHERE g.id IN (SELECT DISTINCT lettrage_id FROM added)
     GROUP BY g.id, g.compte_id
    HAVING count(l.id) < 2 OR sum(l.debit_cents) <> sum(l.credit_cents)
        OR bool_or(l.compte_id <> g.compte_id)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'inv18: lettrage % has % line(s), debit % and credit %, or a line of another account',
            wrong.id, wrong.lines, wrong.debit, wrong.credit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv18_lettrage_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv18_lettrage_balanced AFTER INSERT ON comptabilite_lignelettree
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION comptabilite_lettrage_balanced();

-- Undone once, whole, for good.
CREATE FUNCTION comptabilite_lettrage_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'comptabilite_lettrage' THEN
        IF OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL THEN
            RAISE EXCEPTION 'inv18: lettrage % is undone once', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inv18_lettrage_undone_once';
        END IF;
    ELSIF NEW.live OR NOT EXISTS (
        SELECT FROM comptabilite_lettrage g WHERE g.id = OLD.lettrage_id AND g.undone_at IS NOT NULL) THEN
        RAISE EXCEPTION 'inv18: line % leaves its lettrage when it is undone', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv18_lettrage_undone_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inv18_lettrage_undone_once BEFORE UPDATE ON comptabilite_lettrage
    FOR EACH ROW EXECUTE FUNCTION comptabilite_lettrage_guard();
CREATE TRIGGER inv18_ligne_leaves_with_its_lettrage BEFORE UPDATE ON comptabilite_lignelettree
    FOR EACH ROW EXECUTE FUNCTION comptabilite_lettrage_guard();

CREATE FUNCTION comptabilite_undo_lettrage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE comptabilite_lignelettree SET live = false
     WHERE lettrage_id = NEW.id AND caisse_id = NEW.caisse_id AND live;
    RETURN NULL;
END $$;
CREATE TRIGGER inv18_undo_lettrage AFTER UPDATE ON comptabilite_lettrage
    FOR EACH ROW EXECUTE FUNCTION comptabilite_undo_lettrage();
