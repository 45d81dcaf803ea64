-- What the gateway took and gave back, by fund and accounting day (or week, or month), as the
-- journals say it: the lines of 511x. A reversal takes away what it reverses. This statement is the
-- one definition, for the home pages as for the dashboards. A look by index for each journal.
SELECT e.caisse_id, date_trunc(%(step)s, e.accounting_on)::date AS first_on,
       count(DISTINCT e.id) FILTER (WHERE e.event = ANY (%(paid)s) AND e.reverses_id IS NULL),
       coalesce(sum(l.debit_cents - l.credit_cents) FILTER (WHERE e.event = ANY (%(paid)s)), 0)::bigint,
       coalesce(sum(l.debit_cents - l.credit_cents) FILTER (WHERE e.event = ANY (%(unidentified)s)), 0)::bigint,
       coalesce(sum(l.credit_cents - l.debit_cents) FILTER (WHERE e.event = ANY (%(refunded)s)), 0)::bigint,
       coalesce(sum(l.credit_cents - l.debit_cents) FILTER (WHERE e.event = ANY (%(charged_back)s)), 0)::bigint
  FROM comptabilite_journal j
  JOIN comptabilite_ecriture e
    ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
   AND e.accounting_on BETWEEN %(first_on)s AND %(last_on)s
   AND e.event = ANY (%(paid)s::text[] || %(unidentified)s::text[] || %(refunded)s::text[]
                    || %(charged_back)s::text[])
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = e.caisse_id
  JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
 WHERE j.caisse_id = ANY (%(caisse_ids)s)
 GROUP BY 1, 2
