DROP TRIGGER inv01_lignelettree_kept ON comptabilite_lignelettree;
DROP TRIGGER inv01_lettrage_kept ON comptabilite_lettrage;
ALTER TABLE comptabilite_lignelettree ADD CONSTRAINT inv08_lignelettree_lettrage
    FOREIGN KEY (caisse_id, lettrage_id) REFERENCES comptabilite_lettrage (caisse_id, id);
ALTER TABLE comptabilite_lignelettree ADD CONSTRAINT inv08_lignelettree_ligne
    FOREIGN KEY (caisse_id, ligne_id) REFERENCES comptabilite_ligne (caisse_id, id);
CREATE OR REPLACE FUNCTION comptabilite_lettrage_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER FUNCTION comptabilite_lettrage_balanced() SET search_path = pg_catalog, public, pg_temp;
