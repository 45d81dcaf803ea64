-- A remitted operation (JRB) without the platform's identifier: the transaction that JT told under
-- the same number, in the same shop, in the forty days before, and through it the line that JT
-- answers. The same amount, or what is left after reductions; one candidate on each side.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT f.caisse_id, f.id, 'JRB', f.ligne_id, 'REFERENCE', %(now)s
  FROM (
        SELECT b.caisse_id, b.id, a.ligne_id,
               count(*) OVER (PARTITION BY b.id) AS lines,
               count(*) OVER (PARTITION BY a.ligne_id) AS remitted
          FROM rapprochement_ligneplateforme b
          JOIN rapprochement_ligneplateforme t
            ON t.boutique_id = b.boutique_id AND t.trans_id = b.trans_id AND t.caisse_id = b.caisse_id
           AND t.kind = 'JT' AND t.day_on BETWEEN b.day_on - 40 AND b.day_on + 1
           AND (t.order_reference = b.order_reference OR '' IN (t.order_reference, b.order_reference))
           AND sign(t.amount_cents) = sign(b.amount_cents)
          JOIN rapprochement_appariement a ON a.plateforme_id = t.id AND a.kind = 'JT'
          LEFT JOIN (
                SELECT r.operation_uuid, sum(r.amount_cents) AS cents
                  FROM rapprochement_ligne_511 r
                 WHERE r.caisse_id = %(caisse_id)s AND r.nature = 'REDUCTION'
                 GROUP BY r.operation_uuid) less ON less.operation_uuid = t.transaction_uuid
          JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
         WHERE b.caisse_id = %(caisse_id)s AND b.kind = 'JRB' AND b.amount_cents <> 0
           AND b.transaction_uuid IS NULL AND b.trans_id <> ''
           AND b.amount_cents IN (l.debit_cents - l.credit_cents,
                                  l.debit_cents - l.credit_cents + less.cents)
           AND NOT EXISTS (SELECT FROM rapprochement_appariement x WHERE x.plateforme_id = b.id)
           AND NOT EXISTS (SELECT FROM rapprochement_appariement x
                            WHERE x.ligne_id = a.ligne_id AND x.kind = 'JRB')
       ) f
 WHERE f.lines = 1 AND f.remitted = 1
