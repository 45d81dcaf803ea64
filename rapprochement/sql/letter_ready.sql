-- Imputations in force whose line of 511x is not lettered, each with a remittance that it brought and whether
-- that one came whole and each of its JRB lines answers a line of the books.
SELECT i.id AS imputation_id, x.remise_id,
       r.gross_cents = whole.cents AND NOT EXISTS (
           SELECT FROM rapprochement_ligneplateforme p
            WHERE p.remise_id = r.id AND p.caisse_id = r.caisse_id AND p.amount_cents <> 0
              AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)) AS ready
  FROM rapprochement_imputation i
  JOIN rapprochement_remisebanque x ON x.imputation_id = i.id AND x.caisse_id = i.caisse_id
  JOIN rapprochement_remise r ON r.id = x.remise_id AND r.caisse_id = x.caisse_id
  JOIN LATERAL (SELECT sum(y.gross_cents) AS cents FROM rapprochement_remisebanque y
                  JOIN rapprochement_imputation j ON j.id = y.imputation_id AND j.caisse_id = y.caisse_id
                   AND j.corrected_at IS NULL
                 WHERE y.remise_id = r.id AND y.caisse_id = r.caisse_id) whole ON true
 WHERE i.caisse_id = %(caisse_id)s AND i.corrected_at IS NULL
   AND NOT EXISTS (
       SELECT FROM comptabilite_ligne l
         JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
         JOIN comptabilite_lignelettree z ON z.ligne_id = l.id AND z.caisse_id = l.caisse_id AND z.live
        WHERE l.ecriture_id = i.ecriture_id AND l.caisse_id = i.caisse_id)
 ORDER BY i.id, x.remise_id
