-- What accounts 511x hold, by accounting day and event, as the lines say: totals of closed days are
-- made of it when they close, and days that are open are read through it. A look by index for each
-- journal, then one for each écriture (OFFSET 0): joined, the lines of years may be read for a day.
CREATE OR REPLACE VIEW rapprochement_jour_511 WITH (security_invoker = true) AS
SELECT j.caisse_id, l.compte_id, e.accounting_on AS day_on, e.event,
       (count(DISTINCT e.id) FILTER (WHERE e.reverses_id IS NULL))::integer AS ecritures,
       sum(l.cents)::bigint AS amount_cents
  FROM comptabilite_journal j
  JOIN comptabilite_ecriture e ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
 CROSS JOIN LATERAL (
       SELECT x.compte_id, x.debit_cents - x.credit_cents AS cents
         FROM comptabilite_ligne x
        WHERE x.ecriture_id = e.id AND x.caisse_id = e.caisse_id
       OFFSET 0) l
  JOIN comptabilite_compte k ON k.id = l.compte_id AND k.caisse_id = j.caisse_id AND k.number LIKE '511%'
 GROUP BY j.caisse_id, l.compte_id, e.accounting_on, e.event;
