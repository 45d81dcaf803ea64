-- Lines of 511x of the day's facts that no operation of the same day answers, with what is known of
-- each: the operation that answers it, its shop, whether both sides agree on the whole of the
-- transaction, and whether its écriture was reversed or reverses another. Then those of facts of
-- closed days that this day took. Both by the index of their day: the years before are not read.
-- Step by step (MATERIALIZED, OFFSET 0): taken together, the planner walks the whole of 511x.
WITH of_511 AS MATERIALIZED (
    SELECT c.compte_id FROM rapprochement_compte_plateforme c WHERE c.caisse_id = %(caisse_id)s
), written AS MATERIALIZED (
    SELECT e.id, e.origin_on FROM comptabilite_ecriture e
     WHERE e.caisse_id = %(caisse_id)s AND e.origin_on = %(day_on)s
    UNION ALL
    SELECT e.id, e.origin_on
      FROM comptabilite_journal j
      JOIN comptabilite_ecriture e ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
       AND e.accounting_on = %(day_on)s AND e.origin_on < %(day_on)s
     WHERE j.caisse_id = %(caisse_id)s
), lines AS MATERIALIZED (
    SELECT l.id, l.ecriture_id, l.compte_id, w.origin_on
      FROM written w
     CROSS JOIN LATERAL (
           SELECT x.id, x.ecriture_id, x.compte_id FROM comptabilite_ligne x
            WHERE x.ecriture_id = w.id AND x.caisse_id = %(caisse_id)s
           OFFSET 0) l
), alone AS MATERIALIZED (
    SELECT l.id, l.ecriture_id, o.day_on
      FROM lines l
      LEFT JOIN LATERAL (
            SELECT s.day_on FROM rapprochement_appariement a
              JOIN rapprochement_operation s ON s.plateforme_id = a.plateforme_id
             WHERE a.ligne_id = l.id AND a.kind IN ('JT', 'JO', 'JRI')
             ORDER BY s.day_on = l.origin_on DESC LIMIT 1) o ON true
     WHERE l.compte_id IN (SELECT compte_id FROM of_511) AND o.day_on IS DISTINCT FROM l.origin_on
)
SELECT g.ligne_id, g.event, g.nature, g.piece, g.amount_cents, g.origin_on, g.accounting_on, a.day_on,
       coalesce(t.boutique_id, d.boutique_id) AS boutique_id,
       coalesce(books.cents, 0) AS books_cents, told.cents AS told_cents, told.day_on AS told_on,
       EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id) AS reversed,
       g.reverses_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM comptabilite_ligne x
             JOIN rapprochement_appariement m ON m.ligne_id = x.id AND m.kind IN ('JT', 'JO', 'JRI')
            WHERE x.ecriture_id = g.reverses_id AND x.caisse_id = g.caisse_id) AS reverses_unseen
  FROM alone a
 CROSS JOIN LATERAL (
        SELECT x.* FROM rapprochement_ligne_511 x
         WHERE x.caisse_id = %(caisse_id)s AND x.ecriture_id = a.ecriture_id AND x.ligne_id = a.id
        OFFSET 0) g
  LEFT JOIN payments_transaction d ON d.id = g.refunded_id AND d.caisse_id = g.caisse_id
  LEFT JOIN LATERAL (
        SELECT x.boutique_id FROM payments_boutique b
          JOIN payments_transaction x ON x.boutique_id = b.id AND x.uuid = g.source_id
         WHERE b.caisse_id = g.caisse_id AND g.nature = 'RECU' LIMIT 1) t ON true
  LEFT JOIN LATERAL (
        SELECT sum(m.debit_cents - m.credit_cents) AS cents
          FROM comptabilite_ecriture x
          JOIN comptabilite_ligne m ON m.ecriture_id = x.id AND m.caisse_id = x.caisse_id
          JOIN rapprochement_compte_plateforme c
            ON c.caisse_id = m.caisse_id AND c.compte_id = m.compte_id
         WHERE x.caisse_id = g.caisse_id AND x.reverses_id IS NULL
           AND x.source_id IN (
               SELECT g.operation_uuid
                UNION ALL
               SELECT r.public_id FROM payments_transaction y
                 JOIN payments_refund r ON r.transaction_id = y.id AND r.caisse_id = y.caisse_id
                WHERE y.boutique_id = coalesce(t.boutique_id, d.boutique_id)
                  AND y.uuid = g.operation_uuid AND r.kind IN ('CANCELLATION', 'REDUCTION'))) books ON true
  LEFT JOIN LATERAL (
        SELECT sum(s.amount_cents) AS cents, min(s.day_on) FILTER (WHERE s.kind = 'JT') AS day_on
          FROM rapprochement_operation s
         WHERE s.caisse_id = g.caisse_id AND s.transaction_uuid = g.operation_uuid
           AND s.kind IN ('JT', 'JO')) told ON true
 ORDER BY g.ligne_id
