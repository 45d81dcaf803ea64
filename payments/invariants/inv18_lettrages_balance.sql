-- A lettrage has two lines or more, of its account, that sum to nothing; its lines are in it until it
-- is undone, and not after.
SELECT g.caisse_id, 'lettrage ' || g.id
  FROM comptabilite_lettrage g
  LEFT JOIN comptabilite_lignelettree x ON x.lettrage_id = g.id AND x.caisse_id = g.caisse_id
  LEFT JOIN comptabilite_ligne l ON l.id = x.ligne_id AND l.caisse_id = g.caisse_id
 GROUP BY g.caisse_id, g.id
HAVING count(l.id) < 2 OR sum(l.debit_cents) <> sum(l.credit_cents)
    OR bool_or(l.compte_id <> g.compte_id) OR bool_or(x.live <> (g.undone_at IS NULL))
UNION ALL
-- A lettered line is a line of its fund, in a lettrage of its fund.
SELECT x.caisse_id, 'ligne lettrée ' || x.id
  FROM comptabilite_lignelettree x
  LEFT JOIN comptabilite_lettrage g ON g.id = x.lettrage_id AND g.caisse_id = x.caisse_id
  LEFT JOIN comptabilite_ligne l ON l.id = x.ligne_id AND l.caisse_id = x.caisse_id
 WHERE g.id IS NULL OR l.id IS NULL
