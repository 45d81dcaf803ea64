-- A match says the same on both sides: the amount of the line, or what is left of the payment after
-- its reductions; both are lines of its fund.
SELECT a.caisse_id, 'appariement ' || a.id
  FROM rapprochement_appariement a
  LEFT JOIN rapprochement_ligneplateforme p ON p.id = a.plateforme_id AND p.caisse_id = a.caisse_id
  LEFT JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
 WHERE p.id IS NULL OR l.id IS NULL OR p.kind <> a.kind
    OR p.amount_cents <> l.debit_cents - l.credit_cents
   AND p.amount_cents <> l.debit_cents - l.credit_cents - coalesce((
           SELECT sum(r.amount_cents)
             FROM comptabilite_ecriture e
             JOIN payments_transaction t ON t.caisse_id = e.caisse_id AND t.uuid = e.source_id
              AND t.boutique_id = p.boutique_id
             JOIN payments_refund r ON r.transaction_id = t.id AND r.kind = 'REDUCTION' AND r.status = 'DONE'
            WHERE e.id = l.ecriture_id), 0)
UNION ALL
-- The écriture of a bank line moves one account by exactly what the bank says. The first bears the
-- line's name; one that follows a correction bears its rank too.
SELECT i.caisse_id, 'ligne de banque ' || b.id
  FROM rapprochement_imputation i
  JOIN rapprochement_lignebanque b ON b.id = i.ligne_id
  JOIN comptabilite_ecriture e ON e.id = i.ecriture_id
  JOIN LATERAL (SELECT count(*) AS rank FROM rapprochement_imputation x
                 WHERE x.ligne_id = i.ligne_id AND x.id < i.id) before ON true
 WHERE e.source_id <> CASE WHEN before.rank = 0 THEN b.public_id
                           ELSE md5('imputation:' || b.public_id || ':' || before.rank)::uuid END
    OR NOT EXISTS (SELECT FROM comptabilite_ligne l
                    WHERE l.ecriture_id = i.ecriture_id
                      AND l.debit_cents - l.credit_cents = b.amount_cents)
UNION ALL
-- An imputation is corrected when its écriture is reversed, and only then.
SELECT i.caisse_id, 'imputation ' || i.id
  FROM rapprochement_imputation i
 WHERE (i.corrected_at IS NOT NULL)
       <> EXISTS (SELECT FROM comptabilite_ecriture e WHERE e.reverses_id = i.ecriture_id)
UNION ALL
-- A remittance is never brought for more than it is.
SELECT r.caisse_id, 'remise ' || r.id
  FROM rapprochement_remise r
  JOIN rapprochement_remisebanque x ON x.remise_id = r.id
  JOIN rapprochement_imputation i ON i.id = x.imputation_id AND i.corrected_at IS NULL
 GROUP BY r.caisse_id, r.id, r.gross_cents
HAVING sum(x.gross_cents) * sign(r.gross_cents) < 0 OR abs(sum(x.gross_cents)) > abs(r.gross_cents)
