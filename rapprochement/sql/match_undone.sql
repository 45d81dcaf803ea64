-- Cancellations and reductions (JO) without an identifier: the transaction that JT told under the same
-- number, in the same shop, in the forty days before, and through the line that JT answers, the refund
-- of that form for the same amount; when there is one candidate on each side. Of the last ninety days:
-- older lines are an accountant's.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
WITH nameless AS MATERIALIZED (
    SELECT p.id, p.caisse_id, p.kind, p.boutique_id, p.trans_id, p.order_reference, p.day_on,
           p.amount_cents
      FROM rapprochement_ligneplateforme p
     WHERE p.caisse_id = %(caisse_id)s AND p.kind = %(kind)s AND p.amount_cents < 0
       AND p.day_on > %(now)s::date - 90
       AND p.transaction_uuid IS NULL AND p.trans_id <> ''
       AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
)
SELECT f.caisse_id, f.id, f.kind, f.ligne_id, 'REFERENCE', %(now)s
  FROM (
        SELECT p.caisse_id, p.id, p.kind, g.ligne_id,
               count(*) OVER (PARTITION BY p.id) AS lines,
               count(*) OVER (PARTITION BY g.ligne_id) AS operations
          FROM nameless p
          JOIN rapprochement_ligneplateforme t
            ON t.boutique_id = p.boutique_id AND t.trans_id = p.trans_id AND t.caisse_id = p.caisse_id
           AND t.kind = 'JT' AND t.day_on BETWEEN p.day_on - 40 AND p.day_on + 1
           AND (t.order_reference = p.order_reference OR '' IN (t.order_reference, p.order_reference))
          JOIN rapprochement_appariement a ON a.plateforme_id = t.id AND a.kind = 'JT'
          JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
          JOIN comptabilite_ecriture e ON e.id = l.ecriture_id AND e.caisse_id = l.caisse_id
          JOIN rapprochement_ligne_511 g
            ON g.caisse_id = p.caisse_id AND g.operation_uuid = e.source_id
           AND g.nature IN ('CANCELLATION', 'REDUCTION') AND g.amount_cents = p.amount_cents
         WHERE NOT EXISTS (SELECT FROM rapprochement_appariement x
                            WHERE x.ligne_id = g.ligne_id AND x.kind = p.kind)
           AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
       ) f
 WHERE f.lines = 1 AND f.operations = 1
