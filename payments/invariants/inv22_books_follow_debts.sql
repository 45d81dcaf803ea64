-- What the books say of a debt is what happened to it: the lines that name it sum to its movements
-- (whose sum is what is left, invariant 3), less those still to be written. Funds whose scheme leaves events to their own software,
-- or does not name debts by their auxiliary, are compared by that software.
WITH told AS (
    SELECT caisse_id FROM comptabilite_schemacomptable WHERE status = 'ADOPTE'
     GROUP BY caisse_id HAVING bool_and(booked_elsewhere = '{}')
    EXCEPT
    SELECT n.caisse_id FROM comptabilite_compteschema n
      JOIN comptabilite_schemacomptable s ON s.id = n.schema_id AND s.status = 'ADOPTE'
      JOIN comptabilite_reglecomptable r ON r.schema_id = s.id AND r.event = 'CARD_PAYMENT'
                                        AND r.credit_id = n.compte_id
     WHERE n.auxiliaire <> 'CREANCE'
), written AS (
    SELECT m.caisse_id, m.creance_id,
           sum(CASE m.sens WHEN 'HAUSSE' THEN m.amount_cents ELSE -m.amount_cents END) AS cents
      FROM allocataires_mouvement m
     WHERE NOT EXISTS (SELECT FROM rapprochement_mouvement_a_ecrire t WHERE t.mouvement_id = m.id)
     GROUP BY m.caisse_id, m.creance_id
), books AS (
    SELECT caisse_id, auxiliaire, sum(debit_cents - credit_cents) AS cents
      FROM comptabilite_ligne WHERE auxiliaire <> '' GROUP BY caisse_id, auxiliaire
)
SELECT c.caisse_id, 'creance ' || c.id
  FROM allocataires_creance c
  JOIN told ON told.caisse_id = c.caisse_id
  JOIN allocataires_allocataire p ON p.id = c.allocataire_id
  LEFT JOIN written w ON w.creance_id = c.id AND w.caisse_id = c.caisse_id
  LEFT JOIN books b ON b.caisse_id = c.caisse_id
                   AND b.auxiliaire = p.numero || '-' || c.nature || '-' || c.rang
 WHERE coalesce(b.cents, 0) <> coalesce(w.cents, 0)
