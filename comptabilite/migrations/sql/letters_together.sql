-- Invariants 8 and 18 for the lines of one statement, read together: a remittance letters a million
-- lines, which two foreign keys would look up one by one. What a key promises is kept otherwise: a
-- lettrage or a line that is not there, or is another fund's, letters nothing; and none of them goes
-- (inv01_lettrage_kept, inv01_lignelettree_kept, inv01_ligne_append_only).
CREATE OR REPLACE FUNCTION comptabilite_lettrage_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT k.lettrage_id AS id, g.id IS NULL OR count(l.id) < count(*) AS stranger,
           count(*) AS lines, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit INTO wrong
      FROM (SELECT DISTINCT caisse_id, lettrage_id FROM added) k
      LEFT JOIN comptabilite_lettrage g ON g.id = k.lettrage_id AND g.caisse_id = k.caisse_id
      JOIN comptabilite_lignelettree x ON x.lettrage_id = k.lettrage_id
      LEFT JOIN comptabilite_ligne l ON l.id = x.ligne_id AND l.caisse_id = x.caisse_id
     GROUP BY k.lettrage_id, g.id, g.compte_id
    HAVING g.id IS NULL OR count(l.id) < count(*) OR count(*) < 2
        OR sum(l.debit_cents) <> sum(l.credit_cents) OR bool_or(l.compte_id <> g.compte_id)
     LIMIT 1;
    IF wrong.stranger THEN
        RAISE EXCEPTION 'inv08: lettrage % or a line of it is of another fund, or is not there', wrong.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'inv08_lignelettree_lines';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'inv18: lettrage % has % line(s), debit % and credit %, or a line of another account',
            wrong.id, wrong.lines, wrong.debit, wrong.credit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv18_lettrage_balanced';
    END IF;
    RETURN NULL;
END $$;
ALTER TABLE comptabilite_lignelettree DROP CONSTRAINT inv08_lignelettree_lettrage;
ALTER TABLE comptabilite_lignelettree DROP CONSTRAINT inv08_lignelettree_ligne;
CREATE TRIGGER inv01_lettrage_kept BEFORE DELETE ON comptabilite_lettrage
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_lignelettree_kept BEFORE DELETE ON comptabilite_lignelettree
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
