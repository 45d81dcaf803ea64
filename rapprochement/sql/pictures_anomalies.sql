-- The anomalies open at the end of each span, and the Paris day on which the oldest of them opened.
WITH lived AS (
    SELECT a.caisse_id, a.opened_at, a.settled_at
      FROM comptabilite_anomalie a
     WHERE a.caisse_id = ANY (%(caisse_ids)s) AND a.opened_at < %(until)s
       AND (a.settled_at IS NULL OR a.settled_at >= %(since)s)
), span AS (
    SELECT s.first_on, s.ends_at
      FROM unnest(%(starts)s::date[], %(ends)s::timestamptz[]) AS s(first_on, ends_at)
)
SELECT a.caisse_id, s.first_on, count(*)::integer, (min(a.opened_at) AT TIME ZONE 'Europe/Paris')::date
  FROM span s
  JOIN lived a ON a.opened_at < s.ends_at AND (a.settled_at IS NULL OR a.settled_at >= s.ends_at)
 GROUP BY 1, 2
