-- For the first lines of the platform's files of some days that no line of the books answers, and that
-- say nothing that would tell them apart: the lines of 511x that an accountant may choose among, for
-- the same amount, within three days (forty before a remittance). Never a transaction whose identifier
-- or order is another one.
WITH alone AS MATERIALIZED (
    SELECT p.id, p.public_id, p.kind, p.transaction_uuid, p.order_reference, p.day_on, p.amount_cents
      FROM rapprochement_ligneplateforme p
     WHERE p.caisse_id = %(caisse_id)s AND p.day_on = ANY(%(days)s) AND p.amount_cents <> 0
       AND p.kind IN ('JT', 'JO', 'JRB') AND (p.transaction_uuid IS NULL OR p.kind = 'JO')
       AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
     ORDER BY p.id
     LIMIT %(most)s
)
SELECT p.public_id, g.ligne_id, g.piece, g.origin_on, g.piece = p.order_reference AS same_order,
       g.origin_on = p.day_on AS same_day
  FROM alone p
  JOIN rapprochement_ligne_511 g
    ON g.caisse_id = %(caisse_id)s AND g.amount_cents = p.amount_cents AND g.reverses_id IS NULL
   AND g.origin_on BETWEEN p.day_on - CASE p.kind WHEN 'JRB' THEN 40 ELSE 3 END
                       AND p.day_on + CASE p.kind WHEN 'JRB' THEN 1 ELSE 3 END
   AND p.order_reference IN ('', g.piece)
   AND (p.transaction_uuid IS NULL OR p.transaction_uuid = g.operation_uuid)
   AND (p.kind <> 'JO' OR g.nature IN ('CANCELLATION', 'REDUCTION'))
   AND (p.kind <> 'JT' OR g.nature IN ('RECU', 'REFUND'))
 WHERE NOT EXISTS (SELECT FROM rapprochement_appariement a
                    WHERE a.ligne_id = g.ligne_id AND a.kind = p.kind)
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
 ORDER BY p.id, same_order DESC, same_day DESC, g.origin_on, g.ligne_id
