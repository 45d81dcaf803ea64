-- Remitted operations (JRB) of the day that no line of the books answers, and those of closed days of
-- which a file told after the eve had closed: the bank brings that money, or takes it. Not those that
-- JT tells and the books do not know: the day of their JT names them.
WITH late AS MATERIALIZED (
    SELECT f.id FROM rapprochement_fichierreleve f
     WHERE f.caisse_id = %(caisse_id)s AND f.kind = 'JRB'
       AND f.received_at > (SELECT c.closed_at FROM comptabilite_cloture c
                             WHERE c.caisse_id = %(caisse_id)s AND c.periode = 'JOUR'
                               AND c.last_on = %(day_on)s::date - 1)
), said AS (
    SELECT p.* FROM rapprochement_ligneplateforme p
     WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JRB' AND p.day_on = %(day_on)s
    UNION ALL
    SELECT p.* FROM late f
      JOIN rapprochement_ligneplateforme p ON p.fichier_id = f.id AND p.caisse_id = %(caisse_id)s
     WHERE p.day_on < %(day_on)s
), alone AS MATERIALIZED (
    SELECT p.* FROM said p
     WHERE p.amount_cents <> 0
       -- One look each: NOT EXISTS would read the matches of years.
       AND (SELECT a.id FROM rapprochement_appariement a WHERE a.plateforme_id = p.id) IS NULL
)
SELECT p.public_id, p.trans_id, p.order_reference, p.amount_cents, p.day_on, r.number
  FROM alone p
  JOIN rapprochement_remise r ON r.id = p.remise_id AND r.caisse_id = p.caisse_id
 WHERE NOT EXISTS (
       SELECT FROM rapprochement_ligneplateforme t
        WHERE t.caisse_id = p.caisse_id AND t.boutique_id = p.boutique_id AND t.kind = 'JT'
          AND t.trans_id = p.trans_id AND p.trans_id <> ''
          AND t.day_on BETWEEN p.day_on - 40 AND p.day_on + 1
          AND (t.order_reference = p.order_reference OR '' IN (t.order_reference, p.order_reference))
          AND sign(t.amount_cents) = sign(p.amount_cents)
          AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = t.id))
 ORDER BY p.id
