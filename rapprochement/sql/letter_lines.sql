-- The lines of 511x that a set of imputations brought, and theirs: what JRB tells of the remittances,
-- with the reductions of those transactions. Gaps too. None
-- that is lettered already: what is left would not balance.
SELECT x.* FROM (
SELECT l.id, l.compte_id, l.debit_cents - l.credit_cents AS cents
  FROM rapprochement_imputation i
  JOIN comptabilite_ligne l ON l.ecriture_id = i.ecriture_id AND l.caisse_id = i.caisse_id
  JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
 WHERE i.caisse_id = %(caisse_id)s AND i.id = ANY(%(imputations)s)
UNION
SELECT l.id, l.compte_id, l.debit_cents - l.credit_cents
  FROM rapprochement_ligneplateforme p
  JOIN rapprochement_appariement a ON a.plateforme_id = p.id AND a.caisse_id = p.caisse_id
  JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
 WHERE p.caisse_id = %(caisse_id)s AND p.remise_id = ANY(%(remises)s)
UNION
SELECT g.ligne_id, g.compte_id, g.amount_cents
  FROM rapprochement_ligneplateforme p
  JOIN rapprochement_appariement a ON a.plateforme_id = p.id AND a.caisse_id = p.caisse_id
  JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
  JOIN comptabilite_ecriture e ON e.id = l.ecriture_id AND e.caisse_id = l.caisse_id
  JOIN rapprochement_ligne_511 g
    ON g.caisse_id = p.caisse_id AND g.nature = 'REDUCTION' AND g.operation_uuid = e.source_id
 WHERE p.caisse_id = %(caisse_id)s AND p.remise_id = ANY(%(remises)s)
   AND p.amount_cents < l.debit_cents - l.credit_cents
UNION
SELECT l.id, l.compte_id, l.debit_cents - l.credit_cents
  FROM unnest(%(imputations)s) AS i(id)
  JOIN comptabilite_ecriture e ON e.caisse_id = %(caisse_id)s AND e.source_id = md5('ecart:' || i.id)::uuid
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = e.caisse_id
  JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
) x
 WHERE NOT EXISTS (SELECT FROM comptabilite_lignelettree z WHERE z.ligne_id = x.id AND z.live)
