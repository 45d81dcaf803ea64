-- What the proofs of each fund left to explain in each span, each thing on its own day, and what the
-- gateway still owed by the last proof of the span. No row: no day of the span was proved.
SELECT r.caisse_id, date_trunc(%(step)s, r.day_on)::date AS first_on, count(*),
       sum(r.unexplained)::integer, sum(r.unexplained_cents)::bigint,
       (array_agg(r.owed_cents ORDER BY r.day_on DESC))[1], (array_agg(r.id ORDER BY r.day_on DESC))[1]
  FROM rapprochement_rapprochement r
 WHERE r.caisse_id = ANY (%(caisse_ids)s) AND r.day_on BETWEEN %(first_on)s AND %(last_on)s
 GROUP BY 1, 2
