-- What went back by a transaction of its own: the refund that bears its identifier.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT DISTINCT ON (g.ligne_id) p.caisse_id, p.id, p.kind, g.ligne_id, 'EXACTE', %(now)s
  FROM rapprochement_ligneplateforme p
  JOIN payments_refund r ON r.caisse_id = p.caisse_id AND r.gateway_id = p.transaction_uuid
   AND r.kind = 'REFUND'
  JOIN rapprochement_ligne_511 g
    ON g.caisse_id = p.caisse_id AND g.source_id = r.public_id AND g.reverses_id IS NULL
   AND g.amount_cents = p.amount_cents
 WHERE p.caisse_id = %(caisse_id)s AND p.kind = %(kind)s AND p.amount_cents < 0
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a
                    WHERE a.ligne_id = g.ligne_id AND a.kind = %(kind)s)
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
 ORDER BY g.ligne_id, p.id
