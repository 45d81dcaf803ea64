-- A transaction (JT) that bears neither an identifier nor an order, as the documented columns have it:
-- the number that a departure for the bank took in the same shop on that UTC day (or the day before,
-- around midnight), not after the answer of the bank nor twelve hours before it, for the same amount;
-- when there is one candidate on each side. Of the last ninety days: older lines are an accountant's.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
WITH nameless AS MATERIALIZED (
    SELECT p.id, p.caisse_id, p.kind, p.boutique_id, p.trans_id, p.amount_cents, p.happened_at,
           (p.happened_at AT TIME ZONE 'UTC')::date AS utc_on
      FROM rapprochement_ligneplateforme p
     WHERE p.caisse_id = %(caisse_id)s AND p.kind = %(kind)s AND p.amount_cents > 0
       AND p.day_on > %(now)s::date - 90
       AND p.transaction_uuid IS NULL AND p.order_reference = '' AND p.trans_id <> ''
       AND p.happened_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
)
SELECT f.caisse_id, f.id, f.kind, f.ligne_id, 'REFERENCE', %(now)s
  FROM (
        SELECT p.caisse_id, p.id, p.kind, g.ligne_id,
               count(*) OVER (PARTITION BY p.id) AS lines,
               count(*) OVER (PARTITION BY g.ligne_id) AS operations
          FROM nameless p
          JOIN payments_redirection d
            ON d.boutique_id = p.boutique_id AND d.caisse_id = p.caisse_id
           AND d.utc_on IN (p.utc_on, p.utc_on - 1) AND upper(d.trans_id) = upper(p.trans_id)
           AND p.happened_at BETWEEN d.issued_at AND d.issued_at + interval '12 hours'
          JOIN payments_transaction t ON t.payment_id = d.payment_id AND t.caisse_id = d.caisse_id
          JOIN rapprochement_ligne_511 g
            ON g.caisse_id = p.caisse_id AND g.source_id = t.uuid AND g.nature = 'RECU'
           AND g.amount_cents = p.amount_cents
         WHERE NOT EXISTS (SELECT FROM rapprochement_appariement a
                            WHERE a.ligne_id = g.ligne_id AND a.kind = p.kind)
           AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
       ) f
 WHERE f.lines = 1 AND f.operations = 1
