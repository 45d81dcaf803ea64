-- What is booked under a plan is exactly what its dues say is paid: a due paid by its own transaction
-- has one écriture of its amount, under that transaction.
SELECT d.caisse_id, 'échéance ' || d.id
  FROM allocataires_echeance d
  LEFT JOIN (
        SELECT e.caisse_id, e.source_id, sum(l.debit_cents) AS booked
          FROM comptabilite_ecriture e JOIN comptabilite_ligne l ON l.ecriture_id = e.id
         WHERE e.reverses_id IS NULL
         GROUP BY e.caisse_id, e.source_id
       ) e ON e.caisse_id = d.caisse_id AND e.source_id = d.source_id
  LEFT JOIN (
        SELECT m.source_id, sum(m.amount_cents) AS posted
          FROM allocataires_mouvement m WHERE m.kind = 'CARTE' GROUP BY m.source_id
       ) m ON m.source_id = d.public_id
 WHERE (d.status = 'PAID' AND (e.booked IS DISTINCT FROM d.amount_cents OR m.posted > d.amount_cents))
    OR (d.status <> 'PAID' AND m.posted IS NOT NULL)
UNION ALL
-- A due paid otherwise names a payment that was made for it, and that is paid; or, in a plan that no
-- card pays, it was covered by what the person paid on the plan's debts since it was agreed.
SELECT d.caisse_id, 'échéance ' || d.id
  FROM allocataires_echeance d
  JOIN allocataires_echeancier plan ON plan.id = d.echeancier_id
  LEFT JOIN payments_payment p
       ON p.caisse_id = d.caisse_id AND p.public_id = d.source_id AND p.echeance_id = d.id
      AND p.status IN ('PAID', 'REFUNDED')
 WHERE d.status = 'PAID_OTHERWISE' AND p.id IS NULL
   AND (plan.means = 'CARTE'
        OR (SELECT coalesce(sum(paid.amount_cents), 0)
              FROM allocataires_echeance paid
              LEFT JOIN payments_payment own ON own.public_id = paid.source_id
             WHERE paid.echeancier_id = plan.id AND paid.status = 'PAID_OTHERWISE' AND own.id IS NULL)
           > (SELECT coalesce(sum(mo.amount_cents), 0)
                FROM allocataires_mouvement mo
                JOIN allocataires_partecheancier part
                  ON part.creance_id = mo.creance_id AND part.echeancier_id = plan.id
               WHERE mo.kind IN ('CARTE', 'CHEQUE', 'VIREMENT', 'PRELEVEMENT', 'ESPECES')
                 AND mo.recorded_at > plan.agreed_at))
UNION ALL
-- The payment of a plan stands where its dues do.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  JOIN (
        SELECT echeancier_id,
               bool_and(status IN ('PAID', 'PAID_OTHERWISE')) AS all_in,
               bool_or(status IN ('PLANNED', 'REFUSED')) AS some_to_come
          FROM allocataires_echeance GROUP BY echeancier_id
       ) d ON d.echeancier_id = p.echeancier_id
 WHERE (p.status = 'PAID' AND NOT d.all_in)
    OR (p.status = 'SCHEDULED' AND NOT d.some_to_come)
    OR (p.status = 'STOPPED' AND (d.all_in OR d.some_to_come))
UNION ALL
-- A plan posts through its dues, never through its payment; nothing else is scheduled or stopped.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
 WHERE (p.echeancier_id IS NULL AND p.status IN ('SCHEDULED', 'STOPPED'))
    OR (p.echeancier_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM allocataires_mouvement m WHERE m.source_id = p.public_id))
