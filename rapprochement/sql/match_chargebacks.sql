-- Chargebacks (JRI): the écriture of the Impaye that this very line made.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT DISTINCT ON (g.ligne_id) p.caisse_id, p.id, p.kind, g.ligne_id, 'EXACTE', %(now)s
  FROM rapprochement_impaye i
  JOIN rapprochement_ligneplateforme p ON p.id = i.plateforme_id AND p.caisse_id = i.caisse_id
  JOIN rapprochement_ligne_511 g
    ON g.caisse_id = i.caisse_id AND g.source_id = i.public_id AND g.reverses_id IS NULL
   AND g.amount_cents = p.amount_cents
 WHERE i.caisse_id = %(caisse_id)s
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a
                    WHERE a.ligne_id = g.ligne_id AND a.kind = p.kind)
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
 ORDER BY g.ligne_id, p.id
