-- Orders of which JT tells money since a day, and whose transaction no écriture books. Where the file
-- bears no identifier, it is the order's; where it bears no order either, the order is that of the
-- departure that took this number then (as in match_numbers).
SELECT DISTINCT p.boutique_id, named.reference
  FROM rapprochement_ligneplateforme p
 CROSS JOIN LATERAL (
       SELECT p.order_reference AS reference WHERE p.order_reference <> ''
        UNION ALL
       SELECT m.reference
         FROM payments_redirection d
         JOIN payments_payment m ON m.id = d.payment_id AND m.caisse_id = d.caisse_id
        WHERE p.order_reference = '' AND p.trans_id <> ''
          AND d.boutique_id = p.boutique_id AND d.caisse_id = p.caisse_id
          AND d.utc_on IN ((p.happened_at AT TIME ZONE 'UTC')::date, (p.happened_at AT TIME ZONE 'UTC')::date - 1)
          AND upper(d.trans_id) = upper(p.trans_id)
          AND p.happened_at BETWEEN d.issued_at AND d.issued_at + interval '12 hours') named
 WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JT' AND p.amount_cents <> 0
   AND p.day_on >= %(since_on)s
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND CASE WHEN p.transaction_uuid IS NOT NULL
       THEN NOT EXISTS (SELECT FROM comptabilite_ecriture e
                         WHERE e.caisse_id = p.caisse_id AND e.source_id = p.transaction_uuid)
        AND NOT EXISTS (SELECT FROM payments_refund r
                         WHERE r.caisse_id = p.caisse_id AND r.gateway_id = p.transaction_uuid)
       ELSE p.amount_cents > 0 AND NOT EXISTS (
            SELECT FROM payments_payment m
              JOIN payments_transaction t ON t.payment_id = m.id AND t.caisse_id = m.caisse_id
              JOIN comptabilite_ecriture e ON e.caisse_id = t.caisse_id AND e.source_id = t.uuid
             WHERE m.boutique_id = p.boutique_id AND m.reference = named.reference)
       END
 ORDER BY p.boutique_id, named.reference
 LIMIT %(at_most)s
