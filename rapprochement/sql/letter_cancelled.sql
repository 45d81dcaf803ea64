-- Transactions of which nothing is left before any remittance: what was taken, and what took it
-- back, each told by the platform too. The lines of each, together.
SELECT array_agg(g.ligne_id ORDER BY g.ligne_id) AS lines, min(g.compte_id) AS compte_id
  FROM rapprochement_ligne_511 g
 WHERE g.caisse_id = %(caisse_id)s AND g.nature IN ('RECU', 'CANCELLATION', 'REDUCTION')
   AND g.operation_uuid IN (
       SELECT k.operation_uuid FROM rapprochement_ligne_511 k
        WHERE k.caisse_id = %(caisse_id)s AND k.nature = 'CANCELLATION'
          AND NOT EXISTS (SELECT FROM comptabilite_lignelettree z WHERE z.ligne_id = k.ligne_id AND z.live))
 GROUP BY g.operation_uuid
HAVING sum(g.amount_cents) = 0 AND count(*) > 1 AND count(DISTINCT g.compte_id) = 1
   AND bool_and(EXISTS (SELECT FROM rapprochement_appariement a WHERE a.ligne_id = g.ligne_id))
   AND bool_and(NOT EXISTS (SELECT FROM comptabilite_lignelettree z WHERE z.ligne_id = g.ligne_id AND z.live))
