-- What a card paid: the transaction's own écriture, for the same amount, or for what is left of it
-- once its reductions are taken off.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT DISTINCT ON (g.ligne_id) p.caisse_id, p.id, p.kind, g.ligne_id, 'EXACTE', %(now)s
  FROM rapprochement_ligneplateforme p
  JOIN rapprochement_ligne_511 g
    ON g.caisse_id = p.caisse_id AND g.source_id = p.transaction_uuid
   AND g.event IN ('CARD_PAYMENT', 'UNIDENTIFIED_RECEIPT') AND g.reverses_id IS NULL
  LEFT JOIN (
        SELECT r.operation_uuid, sum(r.amount_cents) AS cents
          FROM rapprochement_ligne_511 r
         WHERE r.caisse_id = %(caisse_id)s AND r.nature = 'REDUCTION'
         GROUP BY r.operation_uuid) less ON less.operation_uuid = p.transaction_uuid
 WHERE p.caisse_id = %(caisse_id)s AND p.kind = %(kind)s AND p.amount_cents > 0
   AND p.amount_cents IN (g.amount_cents, g.amount_cents + less.cents)
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a
                    WHERE a.ligne_id = g.ligne_id AND a.kind = %(kind)s)
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
 ORDER BY g.ligne_id, p.id
