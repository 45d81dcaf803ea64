-- In each journal and year the numbers go from 1 without a gap, in the order of the days.
SELECT caisse_id, 'journal ' || journal_id || ' numéro ' || exercice || '-' || number
  FROM (
        SELECT v.caisse_id, v.journal_id, v.exercice, v.number, e.accounting_on, e.journal_id AS written_in,
               lag(v.number, 1, 0) OVER numbers AS number_before,
               lag(e.accounting_on) OVER numbers AS day_before
          FROM comptabilite_validation v
          JOIN comptabilite_ecriture e ON e.id = v.ecriture_id AND e.caisse_id = v.caisse_id
        WINDOW numbers AS (PARTITION BY v.caisse_id, v.journal_id, v.exercice ORDER BY v.number)
       ) n
 WHERE number <> number_before + 1
    OR accounting_on < day_before
    OR exercice <> extract(year FROM accounting_on)
    OR journal_id <> written_in
