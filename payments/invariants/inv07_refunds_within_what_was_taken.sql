-- On each transaction, what went back or is about to never exceeds what was taken; and what went
-- back is in the ledger, for its amount, on the debts no more than what they had been repaid.
SELECT t.caisse_id, 'transaction ' || t.uuid
  FROM payments_transaction t
  JOIN payments_refund r ON r.transaction_id = t.id AND r.caisse_id = t.caisse_id
 WHERE r.status IN ('ASKED', 'SENDING', 'DONE')
 GROUP BY t.caisse_id, t.id, t.uuid, t.amount_cents, t.operation
HAVING sum(r.amount_cents) > t.amount_cents OR t.operation <> 'DEBIT'
UNION ALL
SELECT r.caisse_id, 'remboursement ' || r.id
  FROM payments_refund r
  LEFT JOIN (
        SELECT e.caisse_id, e.source_id, sum(l.credit_cents) AS booked
          FROM comptabilite_ecriture e JOIN comptabilite_ligne l ON l.ecriture_id = e.id
         WHERE e.reverses_id IS NULL AND e.event IN ('CARD_REFUND', 'SUSPENSE_REFUND', 'CHARGEBACK', 'CHARGEBACK_SUSPENSE')
         GROUP BY e.caisse_id, e.source_id
       ) e ON e.caisse_id = r.caisse_id AND e.source_id = r.public_id
  LEFT JOIN (
        SELECT m.caisse_id, m.source_id, sum(m.amount_cents) AS raised
          FROM allocataires_mouvement m WHERE m.kind IN ('REMBOURSEMENT', 'IMPAYE')
         GROUP BY m.caisse_id, m.source_id
       ) m ON m.caisse_id = r.caisse_id AND m.source_id = r.public_id
 WHERE (r.status = 'DONE' AND e.booked IS DISTINCT FROM r.amount_cents)
    OR (r.status <> 'DONE' AND (e.booked IS NOT NULL OR m.raised IS NOT NULL))
    OR coalesce(m.raised, 0) > r.amount_cents
UNION ALL
-- A payment that is given back kept nothing; one that kept nothing is given back.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  JOIN (
        SELECT t.payment_id, sum(t.amount_cents) AS taken, coalesce(sum(r.given_back), 0) AS given_back
          FROM payments_transaction t
          JOIN comptabilite_ecriture e ON e.caisse_id = t.caisse_id AND e.source_id = t.uuid
               AND e.event = 'CARD_PAYMENT' AND e.reverses_id IS NULL
          LEFT JOIN (
                SELECT transaction_id, sum(amount_cents) AS given_back
                  FROM payments_refund WHERE status = 'DONE' GROUP BY transaction_id
               ) r ON r.transaction_id = t.id
         GROUP BY t.payment_id
       ) own ON own.payment_id = p.id
 WHERE (p.status = 'REFUNDED' AND own.given_back < own.taken)
    OR (p.status = 'PAID' AND own.given_back >= own.taken)
