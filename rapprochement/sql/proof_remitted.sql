-- Remitted operations (JRB) of the day that no line of the books answers, and those of closed days of
-- which a file told after the eve had closed: the bank brings that money, or takes it. Not those that
-- JT tells and the books do not know: the day of their JT names them.
SELECT p.public_id, p.trans_id, p.order_reference, p.amount_cents, p.day_on, r.number
  FROM rapprochement_ligneplateforme p
  JOIN rapprochement_remise r ON r.id = p.remise_id AND r.caisse_id = p.caisse_id
  JOIN rapprochement_fichierreleve f ON f.id = p.fichier_id AND f.caisse_id = p.caisse_id
 WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JRB' AND p.amount_cents <> 0
   AND (p.day_on = %(day_on)s
        OR p.day_on < %(day_on)s AND f.received_at > (
            SELECT c.closed_at FROM comptabilite_cloture c
             WHERE c.caisse_id = f.caisse_id AND c.periode = 'JOUR' AND c.last_on = %(day_on)s::date - 1))
   AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = p.id)
   AND NOT EXISTS (
       SELECT FROM rapprochement_ligneplateforme t
        WHERE t.caisse_id = p.caisse_id AND t.boutique_id = p.boutique_id AND t.kind = 'JT'
          AND t.trans_id = p.trans_id AND p.trans_id <> ''
          AND t.day_on BETWEEN p.day_on - 40 AND p.day_on + 1
          AND (t.order_reference = p.order_reference OR '' IN (t.order_reference, p.order_reference))
          AND sign(t.amount_cents) = sign(p.amount_cents)
          AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = t.id))
 ORDER BY p.id
