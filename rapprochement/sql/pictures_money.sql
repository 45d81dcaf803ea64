-- What the gateway took and gave back, by fund and accounting day (or week, or month), as the
-- journals say it: the lines of 511x. A reversal takes away what it reverses. This statement is the
-- one definition, for the home pages as for the dashboards. Closed days are read in their totals, which
-- were made of the view that reads the days that are open.
WITH fund AS MATERIALIZED (
    SELECT f.caisse_id, greatest(%(first_on)s::date, (
               SELECT max(c.last_on) + 1 FROM comptabilite_cloture c
                WHERE c.caisse_id = f.caisse_id AND c.periode = 'JOUR')) AS open_on
      FROM unnest(%(caisse_ids)s::bigint[]) AS f(caisse_id)
), of_511 AS MATERIALIZED (
    SELECT c.caisse_id, c.compte_id FROM rapprochement_compte_plateforme c
     WHERE c.caisse_id = ANY (%(caisse_ids)s)
), said AS (
    SELECT t.caisse_id, t.day_on, t.event, t.ecritures, t.amount_cents
      FROM of_511 c
      JOIN rapprochement_totaljour t ON t.caisse_id = c.caisse_id AND t.compte_id = c.compte_id
       AND t.day_on BETWEEN %(first_on)s AND %(last_on)s
    UNION ALL
    SELECT g.caisse_id, g.day_on, g.event, g.ecritures, g.amount_cents
      FROM fund f
     CROSS JOIN LATERAL (
           SELECT x.* FROM rapprochement_jour_511 x
            WHERE x.caisse_id = f.caisse_id AND x.day_on BETWEEN f.open_on AND %(last_on)s
           OFFSET 0) g
      JOIN of_511 c ON c.caisse_id = g.caisse_id AND c.compte_id = g.compte_id
)
SELECT s.caisse_id, date_trunc(%(step)s, s.day_on)::date AS first_on,
       coalesce(sum(s.ecritures) FILTER (WHERE s.event = ANY (%(paid)s)), 0)::bigint,
       coalesce(sum(s.amount_cents) FILTER (WHERE s.event = ANY (%(paid)s)), 0)::bigint,
       coalesce(sum(s.amount_cents) FILTER (WHERE s.event = ANY (%(unidentified)s)), 0)::bigint,
       coalesce(-sum(s.amount_cents) FILTER (WHERE s.event = ANY (%(refunded)s)), 0)::bigint,
       coalesce(-sum(s.amount_cents) FILTER (WHERE s.event = ANY (%(charged_back)s)), 0)::bigint
  FROM said s
 WHERE s.event = ANY (%(paid)s::text[] || %(unidentified)s::text[] || %(refunded)s::text[]
                    || %(charged_back)s::text[])
 GROUP BY 1, 2
