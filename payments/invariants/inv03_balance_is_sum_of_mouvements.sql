-- A debt's balance is its initial amount plus and minus its movements, and each line's own balance
-- is the running sum.
SELECT c.caisse_id, 'créance ' || c.id
  FROM allocataires_creance c
  LEFT JOIN (
        SELECT creance_id,
               sum(CASE sens WHEN 'HAUSSE' THEN amount_cents ELSE -amount_cents END) AS total,
               sum(amount_cents) FILTER (WHERE kind = 'IMPLANTATION') AS implanted,
               count(*) AS lines
          FROM allocataires_mouvement GROUP BY creance_id
       ) m ON m.creance_id = c.id
 WHERE coalesce(m.total, 0) <> c.balance_cents
    OR coalesce(m.implanted, 0) <> c.initial_cents
    OR coalesce(m.lines, 0) <> c.mouvement_count
    OR c.balance_cents < 0
UNION ALL
SELECT r.caisse_id, 'mouvement ' || r.id
  FROM (
        SELECT id, caisse_id, balance_after_cents,
               sum(CASE sens WHEN 'HAUSSE' THEN amount_cents ELSE -amount_cents END)
                   OVER (PARTITION BY creance_id ORDER BY rank) AS running
          FROM allocataires_mouvement
       ) r
 WHERE r.running <> r.balance_after_cents
