-- A payment's status is where the last line of its log led, or OPEN when there is none; each line
-- starts where the one before it led.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  LEFT JOIN LATERAL (
        SELECT to_status, at FROM payments_paymentlog l WHERE l.payment_id = p.id ORDER BY l.id DESC LIMIT 1
       ) last ON true
 WHERE p.status <> coalesce(last.to_status, 'OPEN')
    OR (p.status = 'PAID' AND p.paid_at IS NULL)
    OR (p.status NOT IN ('PAID', 'REFUNDED') AND p.paid_at IS NOT NULL)
UNION ALL
SELECT l.caisse_id, 'étape ' || l.id
  FROM (
        SELECT id, caisse_id, from_status,
               lag(to_status, 1, 'OPEN') OVER (PARTITION BY payment_id ORDER BY id) AS led_to
          FROM payments_paymentlog
       ) l
 WHERE l.from_status <> l.led_to
