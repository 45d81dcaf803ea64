-- Lines of 511x of the day's facts that no operation of the same day answers, with what is known of
-- each: the operation that answers it, its shop, whether both sides agree on the whole of the
-- transaction, and whether its écriture was reversed or reverses another. Then those of facts of
-- closed days that this day took.
SELECT g.ligne_id, g.event, g.nature, g.piece, g.amount_cents, g.origin_on, g.accounting_on, o.day_on,
       coalesce(t.boutique_id, d.boutique_id) AS boutique_id,
       coalesce(books.cents, 0) AS books_cents, told.cents AS told_cents, told.day_on AS told_on,
       EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id) AS reversed,
       g.reverses_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM comptabilite_ligne x
             JOIN rapprochement_appariement m ON m.ligne_id = x.id AND m.kind IN ('JT', 'JO', 'JRI')
            WHERE x.ecriture_id = g.reverses_id AND x.caisse_id = g.caisse_id) AS reverses_unseen
  FROM rapprochement_ligne_511 g
  LEFT JOIN LATERAL (
        SELECT s.day_on FROM rapprochement_appariement a
          JOIN rapprochement_operation s ON s.plateforme_id = a.plateforme_id
         WHERE a.ligne_id = g.ligne_id AND a.kind IN ('JT', 'JO', 'JRI')
         ORDER BY s.day_on = g.origin_on DESC LIMIT 1) o ON true
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
 WHERE g.caisse_id = %(caisse_id)s
   AND (g.origin_on = %(day_on)s OR g.origin_on < %(day_on)s AND g.accounting_on = %(day_on)s)
   AND o.day_on IS DISTINCT FROM g.origin_on
 ORDER BY g.ligne_id
