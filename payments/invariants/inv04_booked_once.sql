-- One platform transaction has one écriture at most, and one payment is posted once on each debt.
SELECT caisse_id, 'source ' || source_id
  FROM comptabilite_ecriture
 WHERE reverses_id IS NULL
 GROUP BY caisse_id, source_id
HAVING count(*) > 1
UNION ALL
SELECT caisse_id, 'créance ' || creance_id || ' source ' || source_id
  FROM allocataires_mouvement
 WHERE source_id IS NOT NULL
 GROUP BY caisse_id, creance_id, kind, source_id
HAVING count(*) > 1
