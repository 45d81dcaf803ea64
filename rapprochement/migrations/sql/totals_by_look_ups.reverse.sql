CREATE OR REPLACE VIEW rapprochement_jour_511 WITH (security_invoker = true) AS
SELECT j.caisse_id, l.compte_id, e.accounting_on AS day_on, e.event,
       (count(DISTINCT e.id) FILTER (WHERE e.reverses_id IS NULL))::integer AS ecritures,
       sum(l.debit_cents - l.credit_cents)::bigint AS amount_cents
  FROM comptabilite_journal j
  JOIN comptabilite_ecriture e ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = j.caisse_id
  JOIN comptabilite_compte k ON k.id = l.compte_id + 0 AND k.caisse_id = j.caisse_id
   AND k.number LIKE '511%'
 GROUP BY j.caisse_id, l.compte_id, e.accounting_on, e.event;
