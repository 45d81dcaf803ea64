-- Operations of the day that no line of the same day's facts answers for the same amount, with what
-- is known of each: the line that answers it, the line that books the same transaction for another
-- amount, and whether both sides agree on the whole of the transaction (taken, reduced, cancelled).
-- Then those of closed days of which a file told after the eve had closed: the first open day names
-- what no line answers.
WITH late AS MATERIALIZED (
    SELECT f.id FROM rapprochement_fichierreleve f
     WHERE f.caisse_id = %(caisse_id)s AND f.kind IN ('JT', 'JO', 'JRI')
       AND f.received_at > (SELECT c.closed_at FROM comptabilite_cloture c
                             WHERE c.caisse_id = %(caisse_id)s AND c.periode = 'JOUR'
                               AND c.last_on = %(day_on)s::date - 1)
), said AS (
    SELECT x.* FROM rapprochement_operation x
     WHERE x.caisse_id = %(caisse_id)s AND x.day_on = %(day_on)s
    UNION ALL
    SELECT x.* FROM late f
      JOIN rapprochement_ligneplateforme r ON r.fichier_id = f.id AND r.caisse_id = %(caisse_id)s
      JOIN rapprochement_operation x ON x.plateforme_id = r.id
     WHERE r.day_on < %(day_on)s
       -- One look each: NOT EXISTS would read the matches of years.
       AND (SELECT m.id FROM rapprochement_appariement m WHERE m.plateforme_id = r.id) IS NULL
), alone AS MATERIALIZED (
    SELECT o.*, a.id AS match_id, e.origin_on, e.accounting_on, l.debit_cents - l.credit_cents AS ledger_cents
      FROM said o
      LEFT JOIN rapprochement_appariement a ON a.plateforme_id = o.plateforme_id
      LEFT JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
      LEFT JOIN comptabilite_ecriture e ON e.id = l.ecriture_id AND e.caisse_id = l.caisse_id
     WHERE a.id IS NULL OR e.origin_on <> o.day_on OR l.debit_cents - l.credit_cents <> o.amount_cents
)
SELECT p.public_id, o.kind, o.amount_cents, o.trans_id, o.order_reference, o.boutique_id,
       o.transaction_uuid, o.day_on, o.origin_on, o.accounting_on, o.ledger_cents,
       same.cents AS same_cents, same.origin_on AS same_on,
       coalesce(books.cents, 0) AS books_cents, told.cents AS told_cents
  FROM alone o
  JOIN rapprochement_ligneplateforme p ON p.id = o.plateforme_id
  LEFT JOIN LATERAL (
        SELECT sum(m.debit_cents - m.credit_cents) AS cents, min(x.origin_on) AS origin_on
          FROM comptabilite_ecriture x
          JOIN comptabilite_ligne m ON m.ecriture_id = x.id AND m.caisse_id = x.caisse_id
          JOIN rapprochement_compte_plateforme c
            ON c.caisse_id = m.caisse_id AND c.compte_id = m.compte_id
         WHERE o.match_id IS NULL AND x.caisse_id = o.caisse_id AND x.source_id = o.transaction_uuid
           AND x.reverses_id IS NULL) same ON true
  LEFT JOIN LATERAL (
        SELECT sum(m.debit_cents - m.credit_cents) AS cents
          FROM comptabilite_ecriture x
          JOIN comptabilite_ligne m ON m.ecriture_id = x.id AND m.caisse_id = x.caisse_id
          JOIN rapprochement_compte_plateforme c
            ON c.caisse_id = m.caisse_id AND c.compte_id = m.compte_id
         WHERE x.caisse_id = o.caisse_id AND x.reverses_id IS NULL
           AND x.source_id IN (
               SELECT o.transaction_uuid
                UNION ALL
               SELECT r.public_id FROM payments_transaction t
                 JOIN payments_refund r ON r.transaction_id = t.id AND r.caisse_id = t.caisse_id
                WHERE t.boutique_id = o.boutique_id AND t.uuid = o.transaction_uuid
                  AND r.kind IN ('CANCELLATION', 'REDUCTION'))) books ON true
  LEFT JOIN LATERAL (
        SELECT sum(s.amount_cents) AS cents FROM rapprochement_operation s
         WHERE s.caisse_id = o.caisse_id AND s.transaction_uuid = o.transaction_uuid
           AND s.kind IN ('JT', 'JO')) told ON true
 ORDER BY p.id
