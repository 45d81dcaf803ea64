-- The six figures of a day: what each side moved, and what the gateway owes at its end. The books
-- are read by the day of the fact, their balance by the accounting day. Last, what moved 511x that
-- day without being an operation of the gateway nor what a bank line brought of it: nothing should.
WITH of_511 AS (
    SELECT l.ecriture_id, l.debit_cents - l.credit_cents AS cents, e.event, e.accounting_on
      FROM comptabilite_ligne l
      JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
      JOIN comptabilite_ecriture e ON e.id = l.ecriture_id AND e.caisse_id = l.caisse_id
     WHERE l.caisse_id = %(caisse_id)s AND e.accounting_on <= %(day_on)s
), said AS (
    SELECT i.ecriture_id, b.booked_on, r.gross AS remitted, i.corrected_at IS NULL AS in_force
      FROM rapprochement_imputation i
      JOIN rapprochement_lignebanque b ON b.id = i.ligne_id AND b.caisse_id = i.caisse_id
      LEFT JOIN LATERAL (SELECT sum(x.gross_cents) AS gross FROM rapprochement_remisebanque x
                          WHERE x.imputation_id = i.id AND x.caisse_id = i.caisse_id) r ON true
     WHERE i.caisse_id = %(caisse_id)s AND i.kind IN ('REMISE', 'REPRISE')
), brought AS (
    SELECT s.ecriture_id, s.booked_on, s.remitted, s.in_force FROM said s
     UNION ALL
    -- What was corrected was taken back by the reversal of its écriture.
    SELECT e.id, s.booked_on, -s.remitted, false
      FROM said s
      JOIN comptabilite_ecriture e ON e.reverses_id = s.ecriture_id AND e.caisse_id = %(caisse_id)s
     WHERE NOT s.in_force
), gathered AS (
    SELECT ecriture_id, sum(cents) AS cents, min(event) AS event, min(accounting_on) AS accounting_on
      FROM of_511 GROUP BY ecriture_id
)
SELECT (SELECT coalesce(sum(o.amount_cents), 0) FROM rapprochement_operation o
         WHERE o.caisse_id = %(caisse_id)s AND o.day_on = %(day_on)s),
       (SELECT coalesce(sum(g.amount_cents), 0) FROM rapprochement_ligne_511 g
         WHERE g.caisse_id = %(caisse_id)s AND g.origin_on = %(day_on)s),
       (SELECT coalesce(sum(b.amount_cents), 0) FROM rapprochement_lignebanque b
         WHERE b.caisse_id = %(caisse_id)s AND b.booked_on = %(day_on)s),
       (SELECT coalesce(sum(l.debit_cents - l.credit_cents), 0)
          FROM comptabilite_ligne l
          JOIN comptabilite_ecriture e ON e.id = l.ecriture_id AND e.caisse_id = l.caisse_id
         WHERE l.caisse_id = %(caisse_id)s AND e.origin_on = %(day_on)s
           AND l.compte_id IN (
               SELECT k.compte_id FROM rapprochement_comptebancaire k WHERE k.caisse_id = %(caisse_id)s
                UNION
               SELECT r.debit_id FROM comptabilite_reglecomptable r
                 JOIN comptabilite_schemacomptable s ON s.id = r.schema_id AND s.status = 'ADOPTE'
                WHERE r.caisse_id = %(caisse_id)s AND r.event = 'REMITTANCE')),
       (SELECT coalesce(sum(o.amount_cents), 0) FROM rapprochement_operation o
         WHERE o.caisse_id = %(caisse_id)s AND o.day_on <= %(day_on)s)
       - (SELECT coalesce(sum(coalesce(b.remitted, -g.cents)), 0)
            FROM brought b LEFT JOIN gathered g ON g.ecriture_id = b.ecriture_id
           WHERE b.booked_on <= %(day_on)s AND b.in_force),
       (SELECT coalesce(sum(cents), 0) FROM of_511),
       (SELECT coalesce(sum(g.cents + coalesce(b.remitted, CASE WHEN b.ecriture_id IS NOT NULL THEN -g.cents END, 0)), 0)
          FROM gathered g LEFT JOIN brought b ON b.ecriture_id = g.ecriture_id
         WHERE g.accounting_on = %(day_on)s
           AND g.event NOT IN ('CARD_PAYMENT', 'UNIDENTIFIED_RECEIPT', 'CARD_REFUND', 'SUSPENSE_REFUND',
                               'CHARGEBACK', 'CHARGEBACK_SUSPENSE', 'REPRESENTMENT',
                               'REPRESENTMENT_SUSPENSE'))
