-- Every cent in euros that the platform captured is in the ledger, for the amount it announced. A
-- transaction of the last minutes may be between its two commits.
SELECT t.caisse_id, 'transaction ' || t.uuid
  FROM payments_transaction t
  LEFT JOIN (
        SELECT e.caisse_id, e.source_id, sum(l.debit_cents) AS booked
          FROM comptabilite_ecriture e JOIN comptabilite_ligne l ON l.ecriture_id = e.id
         WHERE e.reverses_id IS NULL
         GROUP BY e.caisse_id, e.source_id
       ) e ON e.caisse_id = t.caisse_id AND e.source_id = t.uuid
 WHERE t.operation = 'DEBIT' AND t.currency = 'EUR' AND t.gateway_status IN ('AUTHORISED', 'CAPTURED')
   AND t.amount_cents > 0
   AND e.booked IS DISTINCT FROM t.amount_cents
UNION ALL
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  LEFT JOIN (
        SELECT m.source_id, sum(m.amount_cents) AS posted
          FROM allocataires_mouvement m WHERE m.kind = 'CARTE' GROUP BY m.source_id
       ) m ON m.source_id = p.public_id
 WHERE (p.status = 'PAID' AND coalesce(m.posted, 0) > p.amount_cents)
    OR (p.status NOT IN ('PAID', 'REFUNDED') AND m.posted IS NOT NULL)
UNION ALL
-- Notifications kept and never judged: a sweep that does not do its work.
SELECT n.caisse_id, 'notification ' || n.id
  FROM payments_notification n
  LEFT JOIN payments_notificationoutcome o ON o.notification_id = n.id
 WHERE o.id IS NULL AND n.received_at < now() - interval '1 hour'
