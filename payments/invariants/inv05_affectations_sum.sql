-- What a payment is spread over sums to the payment.
SELECT p.caisse_id, 'paiement ' || p.reference
  FROM payments_payment p
  LEFT JOIN payments_affectation a ON a.payment_id = p.id AND a.caisse_id = p.caisse_id
 GROUP BY p.caisse_id, p.id, p.reference, p.amount_cents
HAVING coalesce(sum(a.amount_cents), 0) <> p.amount_cents
