-- Operations written in the books that had reached no remittance by the end of the day, chargebacks
-- that no bank line had taken, and those that it gave back: one row a shop, a day and a kind. ``since``
-- is what is still so now. Nothing waits more than the sixty days that are read.
WITH told AS MATERIALIZED (
    -- One look each, here and below: a join or NOT EXISTS would read the matches of years.
    SELECT o.boutique_id, o.day_on, o.kind, o.amount_cents,
           (SELECT a.ligne_id FROM rapprochement_appariement a WHERE a.plateforme_id = o.plateforme_id) AS ligne_id
      FROM rapprochement_operation o
     WHERE o.caisse_id = %(caisse_id)s AND o.day_on BETWEEN %(day_on)s::date - 60 AND %(day_on)s::date
), remitted AS MATERIALIZED (
    SELECT (SELECT m.ligne_id FROM rapprochement_appariement m WHERE m.plateforme_id = p.id) AS ligne_id
      FROM rapprochement_ligneplateforme p
     WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JRB'
       AND p.day_on BETWEEN %(day_on)s::date - 60 AND %(day_on)s::date
), asked AS MATERIALIZED (
    SELECT t.* FROM told t
     WHERE t.ligne_id IS NOT NULL
       AND t.ligne_id NOT IN (SELECT r.ligne_id FROM remitted r WHERE r.ligne_id IS NOT NULL)
), waiting AS MATERIALIZED (
    SELECT t.* FROM asked t
     WHERE (SELECT count(*) FROM rapprochement_appariement m
              JOIN rapprochement_ligneplateforme p ON p.id = m.plateforme_id AND p.caisse_id = m.caisse_id
             WHERE m.ligne_id = t.ligne_id AND m.kind = 'JRB' AND p.day_on <= %(day_on)s) = 0
       AND (SELECT count(*) FROM comptabilite_lignelettree z
              JOIN comptabilite_lettrage g ON g.id = z.lettrage_id AND g.caisse_id = z.caisse_id
             WHERE z.ligne_id = t.ligne_id AND z.live AND g.lettered_on <= %(day_on)s) = 0
)
SELECT b.site_id, o.day_on,
       CASE WHEN o.kind <> 'JRI' THEN 'attente' WHEN o.amount_cents < 0 THEN 'reprise' ELSE 'rendu' END AS what,
       sum(o.amount_cents) AS cents,
       coalesce(sum(o.amount_cents) FILTER (WHERE later.remitted_on IS NULL), 0) AS since_cents
  FROM waiting o
  JOIN payments_boutique b ON b.id = o.boutique_id AND b.caisse_id = %(caisse_id)s
  LEFT JOIN LATERAL (
        SELECT min(x.on_day) AS remitted_on FROM (
            SELECT p.day_on AS on_day FROM rapprochement_appariement m
              JOIN rapprochement_ligneplateforme p ON p.id = m.plateforme_id AND p.caisse_id = m.caisse_id
             WHERE m.ligne_id = o.ligne_id AND m.kind = 'JRB'
            UNION ALL
            SELECT g.lettered_on FROM comptabilite_lignelettree z
              JOIN comptabilite_lettrage g ON g.id = z.lettrage_id AND g.caisse_id = z.caisse_id
             WHERE z.ligne_id = o.ligne_id AND z.live) x) later ON true
 GROUP BY b.site_id, o.day_on, what
HAVING sum(o.amount_cents) <> 0
 ORDER BY o.day_on, b.site_id
