-- Orders of which JT tells money since a day, and whose transaction no écriture books.
SELECT DISTINCT p.boutique_id, p.order_reference
  FROM rapprochement_ligneplateforme p
 WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JT' AND p.amount_cents <> 0
   AND p.day_on >= %(since_on)s AND p.order_reference <> '' AND p.transaction_uuid IS NOT NULL
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture e
                    WHERE e.caisse_id = p.caisse_id AND e.source_id = p.transaction_uuid)
   AND NOT EXISTS (SELECT FROM payments_refund r
                    WHERE r.caisse_id = p.caisse_id AND r.gateway_id = p.transaction_uuid)
 ORDER BY p.boutique_id, p.order_reference
 LIMIT %(at_most)s
