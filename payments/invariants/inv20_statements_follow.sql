-- Statements of an account follow each other: each opens with what the one before closed with, and not
-- before its last day; ranks have no hole; each is the sum of its lines; and the lines of a file of the
-- platform are as many as the file says.
SELECT caisse_id, 'relevé ' || id
  FROM (
        SELECT id, caisse_id, rank, first_on, opening_cents,
               lag(closing_cents) OVER account AS closed_with, lag(last_on) OVER account AS closed_on,
               row_number() OVER account AS place
          FROM rapprochement_releve
        WINDOW account AS (PARTITION BY compte_bancaire_id ORDER BY rank)
       ) r
 WHERE rank <> place OR opening_cents <> closed_with OR first_on < closed_on
UNION ALL
SELECT r.caisse_id, 'relevé ' || r.id
  FROM rapprochement_releve r
  LEFT JOIN rapprochement_lignebanque l ON l.releve_id = r.id AND l.caisse_id = r.caisse_id
 GROUP BY r.caisse_id, r.id, r.opening_cents, r.closing_cents
HAVING r.opening_cents + coalesce(sum(l.amount_cents), 0) <> r.closing_cents
UNION ALL
SELECT f.caisse_id, 'fichier ' || f.id
  FROM rapprochement_fichierreleve f
  LEFT JOIN (
        SELECT fichier_id, count(*) AS found FROM rapprochement_ligneplateforme GROUP BY fichier_id
       ) l ON l.fichier_id = f.id
 WHERE f.boutique_id IS NOT NULL AND coalesce(l.found, 0) <> f.lines
UNION ALL
-- A remittance is the sum of its lines.
SELECT m.caisse_id, 'remise ' || m.id
  FROM rapprochement_remise m
  JOIN rapprochement_ligneplateforme l ON l.remise_id = m.id AND l.caisse_id = m.caisse_id
 GROUP BY m.caisse_id, m.id, m.operations, m.gross_cents
HAVING count(*) <> m.operations OR sum(l.amount_cents) <> m.gross_cents
UNION ALL
-- A chargeback that made a debt live again is taken off its transaction, for its amount.
SELECT i.caisse_id, 'impayé ' || i.id
  FROM rapprochement_impaye i
  LEFT JOIN payments_refund r ON r.caisse_id = i.caisse_id AND r.public_id = i.public_id AND r.kind = 'IMPAYE'
 WHERE i.status = 'ROUVERT' AND r.amount_cents IS DISTINCT FROM i.amount_cents
UNION ALL
SELECT r.caisse_id, 'remboursement ' || r.id
  FROM payments_refund r
  LEFT JOIN rapprochement_impaye i ON i.caisse_id = r.caisse_id AND i.public_id = r.public_id
 WHERE r.kind = 'IMPAYE' AND i.id IS NULL
UNION ALL
-- What an accountant booked of one bears its name, and is the whole of it.
SELECT s.caisse_id, 'suite d’impayé ' || s.id
  FROM rapprochement_suiteimpaye s
  JOIN rapprochement_impaye i ON i.id = s.impaye_id AND i.caisse_id = s.caisse_id
  LEFT JOIN comptabilite_ecriture e
    ON e.id = s.ecriture_id AND e.caisse_id = s.caisse_id AND e.source_id = i.public_id
  LEFT JOIN LATERAL (SELECT sum(l.debit_cents) AS cents FROM comptabilite_ligne l
                      WHERE l.ecriture_id = e.id AND l.caisse_id = e.caisse_id) booked ON true
 WHERE booked.cents IS DISTINCT FROM i.amount_cents
    OR EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = e.id)
