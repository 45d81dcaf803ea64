-- Remittances that the bank had not wholly brought by the end of the day: what is left of each, and
-- whether it came since.
WITH then_on AS MATERIALIZED (
    SELECT x.remise_id, sum(x.gross_cents) AS cents
      FROM rapprochement_remisebanque x
      JOIN rapprochement_imputation i ON i.id = x.imputation_id AND i.caisse_id = x.caisse_id
       AND i.corrected_at IS NULL
      JOIN rapprochement_lignebanque l ON l.id = i.ligne_id AND l.caisse_id = i.caisse_id
     WHERE x.caisse_id = %(caisse_id)s AND l.booked_on <= %(day_on)s
     GROUP BY x.remise_id
), lacking AS MATERIALIZED (
    SELECT r.id, r.caisse_id, r.boutique_id, r.number, r.remitted_on, r.gross_cents,
           r.gross_cents - coalesce(t.cents, 0) AS left_cents
      FROM rapprochement_remise r
      LEFT JOIN then_on t ON t.remise_id = r.id
     WHERE r.caisse_id = %(caisse_id)s AND r.remitted_on <= %(day_on)s AND r.gross_cents <> 0
       AND coalesce(t.cents, 0) <> r.gross_cents
)
SELECT r.id, r.number, r.remitted_on, b.site_id, r.left_cents,
       r.gross_cents = coalesce(since.cents, 0) AND since.parts > 0 AS came
  FROM lacking r
  JOIN payments_boutique b ON b.id = r.boutique_id AND b.caisse_id = r.caisse_id
  LEFT JOIN LATERAL (
        SELECT sum(x.gross_cents) AS cents, count(*) AS parts FROM rapprochement_remisebanque x
          JOIN rapprochement_imputation i ON i.id = x.imputation_id AND i.caisse_id = x.caisse_id
           AND i.corrected_at IS NULL
         WHERE x.remise_id = r.id AND x.caisse_id = r.caisse_id) since ON true
 ORDER BY r.remitted_on, r.id
