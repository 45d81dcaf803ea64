-- A line that bears no identifier of a transaction (a layout without it): the same shop, the same
-- order, the same amount, when there is one candidate on each side.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT f.caisse_id, f.id, f.kind, f.ligne_id, 'REFERENCE', %(now)s
  FROM (
        SELECT p.caisse_id, p.id, p.kind, g.ligne_id,
               count(*) OVER (PARTITION BY p.id) AS lines,
               count(*) OVER (PARTITION BY g.ligne_id) AS operations
          FROM rapprochement_ligneplateforme p
          JOIN payments_payment m
            ON m.caisse_id = p.caisse_id AND m.boutique_id = p.boutique_id
           AND m.reference = p.order_reference
          JOIN payments_transaction t ON t.payment_id = m.id AND t.caisse_id = m.caisse_id
          LEFT JOIN payments_refund r
            ON r.transaction_id = t.id AND r.caisse_id = t.caisse_id AND r.kind = 'REFUND'
          JOIN rapprochement_ligne_511 g
            ON g.caisse_id = p.caisse_id
           AND g.source_id = CASE WHEN p.amount_cents > 0 THEN t.uuid ELSE r.public_id END
           AND g.reverses_id IS NULL AND g.amount_cents = p.amount_cents
         WHERE p.caisse_id = %(caisse_id)s AND p.kind = %(kind)s AND p.amount_cents <> 0
           AND p.transaction_uuid IS NULL AND p.order_reference <> ''
           AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
           AND NOT EXISTS (SELECT FROM rapprochement_appariement a
                            WHERE a.ligne_id = g.ligne_id AND a.kind = p.kind)
           AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
         GROUP BY p.caisse_id, p.id, p.kind, g.ligne_id
       ) f
 WHERE f.lines = 1 AND f.operations = 1
