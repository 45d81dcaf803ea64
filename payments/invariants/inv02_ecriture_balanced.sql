-- An écriture has two lines or more, balanced, all of its own fund.
SELECT e.caisse_id, 'écriture ' || e.id
  FROM comptabilite_ecriture e
  LEFT JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = e.caisse_id
 GROUP BY e.caisse_id, e.id
HAVING count(l.id) < 2 OR sum(l.debit_cents) <> sum(l.credit_cents)
