-- On each transaction, what went back or is about to, less what banks gave back of chargebacks, never
-- exceeds what was taken; and what went back is in the ledger, for its amount (a chargeback with what
-- the bank took beyond it), on the debts no more than what they had been repaid.
SELECT t.caisse_id, 'transaction ' || t.uuid
  FROM payments_transaction t
  JOIN payments_refund r ON r.transaction_id = t.id AND r.caisse_id = t.caisse_id
 WHERE r.status IN ('ASKED', 'SENDING', 'DONE')
 GROUP BY t.caisse_id, t.id, t.uuid, t.amount_cents, t.operation
HAVING sum(r.amount_cents) - (
           SELECT coalesce(sum(p.amount_cents), 0) FROM payments_representation p
             JOIN payments_refund x ON x.id = p.refund_id AND x.caisse_id = p.caisse_id
            WHERE x.transaction_id = t.id) > t.amount_cents OR t.operation <> 'DEBIT'
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
  LEFT JOIN (
        SELECT i.caisse_id, i.public_id, s.beyond_cents
          FROM rapprochement_suiteimpaye s
          JOIN rapprochement_impaye i ON i.id = s.impaye_id AND i.caisse_id = s.caisse_id
       ) s ON s.caisse_id = r.caisse_id AND s.public_id = r.public_id
 WHERE (r.status = 'DONE' AND e.booked IS DISTINCT FROM r.amount_cents + coalesce(s.beyond_cents, 0))
    OR (r.status <> 'DONE' AND (e.booked IS NOT NULL OR m.raised IS NOT NULL))
    OR coalesce(m.raised, 0) > r.amount_cents
UNION ALL
-- What a bank gave back of a chargeback never exceeds it, and is on debts no more than that.
SELECT r.caisse_id, 'impayé rendu ' || r.id
  FROM payments_refund r
  JOIN payments_representation p ON p.refund_id = r.id AND p.caisse_id = r.caisse_id
 GROUP BY r.caisse_id, r.id, r.kind, r.amount_cents
HAVING sum(p.amount_cents) > r.amount_cents OR r.kind <> 'IMPAYE'
UNION ALL
SELECT p.caisse_id, 'impayé rendu ' || p.source_id
  FROM (SELECT caisse_id, source_id, sum(amount_cents) AS cents
          FROM payments_representation GROUP BY caisse_id, source_id) p
  LEFT JOIN (
        SELECT m.caisse_id, m.source_id, sum(m.amount_cents) AS lowered
          FROM allocataires_mouvement m WHERE m.kind = 'CARTE' GROUP BY m.caisse_id, m.source_id
       ) m ON m.caisse_id = p.caisse_id AND m.source_id = p.source_id
 WHERE coalesce(m.lowered, 0) > p.cents
UNION ALL
-- A payment that is given back kept nothing, unless a bank gave a chargeback back since; one that
-- kept nothing is given back.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  JOIN (
        SELECT t.payment_id, sum(t.amount_cents) AS taken, coalesce(sum(r.given_back), 0) AS given_back,
               coalesce(sum(b.back), 0) AS back
          FROM payments_transaction t
          JOIN comptabilite_ecriture e ON e.caisse_id = t.caisse_id AND e.source_id = t.uuid
               AND e.event = 'CARD_PAYMENT' AND e.reverses_id IS NULL
          LEFT JOIN (
                SELECT transaction_id, sum(amount_cents) AS given_back
                  FROM payments_refund WHERE status = 'DONE' GROUP BY transaction_id
               ) r ON r.transaction_id = t.id
          LEFT JOIN (
                SELECT x.transaction_id, sum(p.amount_cents) AS back
                  FROM payments_representation p
                  JOIN payments_refund x ON x.id = p.refund_id AND x.caisse_id = p.caisse_id
                 GROUP BY x.transaction_id
               ) b ON b.transaction_id = t.id
         GROUP BY t.payment_id
       ) own ON own.payment_id = p.id
 WHERE (p.status = 'REFUNDED' AND own.given_back < own.taken)
    OR (p.status = 'PAID' AND own.given_back - own.back >= own.taken)
