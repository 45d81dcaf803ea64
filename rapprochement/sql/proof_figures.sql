-- The six figures of a day: what each side moved, and what the gateway owes at its end. The books
-- are read by the day of the fact, their balance by the accounting day. Last, what moved 511x that
-- day without being an operation of the gateway nor what a bank line brought of it: nothing should.
-- Lines are read of the day and of days that are open; what is before comes from the totals of closed
-- days and of files. Step by step (MATERIALIZED, OFFSET 0): taken together, the planner may walk the
-- whole of 511x for a day.
WITH of_511 AS MATERIALIZED (
    SELECT c.compte_id FROM rapprochement_compte_plateforme c WHERE c.caisse_id = %(caisse_id)s
), of_512 AS MATERIALIZED (
    SELECT k.compte_id FROM rapprochement_comptebancaire k WHERE k.caisse_id = %(caisse_id)s
     UNION
    SELECT r.debit_id FROM comptabilite_reglecomptable r
      JOIN comptabilite_schemacomptable s ON s.id = r.schema_id AND s.status = 'ADOPTE'
     WHERE r.caisse_id = %(caisse_id)s AND r.event = 'REMITTANCE'
), of_the_gateway(event) AS (
    VALUES ('CARD_PAYMENT'), ('UNIDENTIFIED_RECEIPT'), ('CARD_REFUND'), ('SUSPENSE_REFUND'), ('CHARGEBACK'),
           ('CHARGEBACK_SUSPENSE'), ('REPRESENTMENT'), ('REPRESENTMENT_SUSPENSE')
), facts AS MATERIALIZED (
    SELECT e.event, l.compte_id, l.cents
      FROM comptabilite_ecriture e
     CROSS JOIN LATERAL (
           SELECT x.compte_id, x.debit_cents - x.credit_cents AS cents FROM comptabilite_ligne x
            WHERE x.ecriture_id = e.id AND x.caisse_id = e.caisse_id
           OFFSET 0) l
     WHERE e.caisse_id = %(caisse_id)s AND e.origin_on = %(day_on)s
), written AS MATERIALIZED (
    SELECT e.id, e.event, e.accounting_on, l.compte_id, l.cents
      FROM comptabilite_journal j
      JOIN comptabilite_ecriture e ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
       -- Two bounds that the planner does not know are a narrow range to it, which the index serves.
       AND e.accounting_on <= (SELECT %(day_on)s::date)
       AND e.accounting_on > coalesce((SELECT max(c.last_on) FROM comptabilite_cloture c
                                        WHERE c.caisse_id = %(caisse_id)s AND c.periode = 'JOUR'), '-infinity')
     CROSS JOIN LATERAL (
           SELECT x.compte_id, x.debit_cents - x.credit_cents AS cents FROM comptabilite_ligne x
            WHERE x.ecriture_id = e.id AND x.caisse_id = e.caisse_id
           OFFSET 0) l
     WHERE j.caisse_id = %(caisse_id)s
), since AS MATERIALIZED (
    SELECT w.* FROM written w WHERE w.compte_id IN (SELECT compte_id FROM of_511)
), shares AS MATERIALIZED (
    SELECT x.imputation_id, sum(x.gross_cents) AS gross
      FROM rapprochement_remisebanque x WHERE x.caisse_id = %(caisse_id)s GROUP BY x.imputation_id
), said AS MATERIALIZED (
    SELECT i.ecriture_id, b.booked_on, r.gross AS remitted, i.corrected_at IS NULL AS in_force
      FROM rapprochement_imputation i
      JOIN rapprochement_lignebanque b ON b.id = i.ligne_id AND b.caisse_id = i.caisse_id
      LEFT JOIN shares r ON r.imputation_id = i.id
     WHERE i.caisse_id = %(caisse_id)s AND i.kind IN ('REMISE', 'REPRISE')
), brought AS (
    SELECT s.ecriture_id, s.remitted FROM said s
     UNION ALL
    -- What was corrected was taken back by the reversal of its écriture.
    SELECT e.id, -s.remitted
      FROM said s
      JOIN comptabilite_ecriture e ON e.reverses_id = s.ecriture_id AND e.caisse_id = %(caisse_id)s
     WHERE NOT s.in_force
), of_the_day AS (
    SELECT s.id, sum(s.cents) AS cents, min(s.event) AS event
      FROM since s WHERE s.accounting_on = %(day_on)s GROUP BY s.id
)
SELECT (SELECT coalesce(sum(o.amount_cents), 0) FROM rapprochement_operation o
         WHERE o.caisse_id = %(caisse_id)s AND o.day_on = %(day_on)s),
       (SELECT coalesce(sum(f.cents), 0) FROM facts f
         WHERE f.compte_id IN (SELECT compte_id FROM of_511)
           AND f.event IN (SELECT event FROM of_the_gateway)),
       (SELECT coalesce(sum(b.amount_cents), 0) FROM rapprochement_lignebanque b
         WHERE b.caisse_id = %(caisse_id)s AND b.booked_on = %(day_on)s),
       (SELECT coalesce(sum(f.cents), 0) FROM facts f WHERE f.compte_id IN (SELECT compte_id FROM of_512)),
       (SELECT coalesce(sum(t.amount_cents), 0) FROM rapprochement_totalfichier t
         WHERE t.caisse_id = %(caisse_id)s AND t.day_on <= %(day_on)s)
       - (SELECT coalesce(sum(coalesce(s.remitted, (
                     SELECT -sum(l.debit_cents - l.credit_cents)
                       FROM comptabilite_ecriture e
                       JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = e.caisse_id
                      WHERE e.id = s.ecriture_id AND e.caisse_id = %(caisse_id)s AND e.accounting_on <= %(day_on)s
                        AND l.compte_id IN (SELECT compte_id FROM of_511)))), 0)
            FROM said s WHERE s.booked_on <= %(day_on)s AND s.in_force),
       (SELECT coalesce(sum(t.amount_cents), 0) FROM rapprochement_totaljour t
         WHERE t.caisse_id = %(caisse_id)s AND t.day_on <= %(day_on)s
           AND t.compte_id IN (SELECT compte_id FROM of_511))
       + (SELECT coalesce(sum(s.cents), 0) FROM since s),
       (SELECT coalesce(sum(g.cents + coalesce(b.remitted, CASE WHEN b.ecriture_id IS NOT NULL THEN -g.cents END, 0)), 0)
          FROM of_the_day g LEFT JOIN brought b ON b.ecriture_id = g.id
         WHERE g.event NOT IN (SELECT event FROM of_the_gateway))
