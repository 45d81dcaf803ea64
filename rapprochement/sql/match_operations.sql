-- Cancellations and reductions (JO): the refund of that form on the same transaction, for the same
-- amount, when there is one of each.
INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT f.caisse_id, f.plateforme_id, f.kind, f.ligne_id, 'EXACTE', %(now)s
  FROM (
        SELECT o.caisse_id, o.plateforme_id, o.kind, g.ligne_id,
               count(*) OVER (PARTITION BY o.plateforme_id) AS lines,
               count(*) OVER (PARTITION BY g.ligne_id) AS operations
          FROM rapprochement_operation o
          JOIN rapprochement_ligne_511 g
            ON g.caisse_id = o.caisse_id AND g.operation_uuid = o.transaction_uuid
           AND g.nature IN ('CANCELLATION', 'REDUCTION') AND g.amount_cents = o.amount_cents
         WHERE o.caisse_id = %(caisse_id)s AND o.kind = %(kind)s AND o.amount_cents < 0
           AND NOT EXISTS (SELECT FROM rapprochement_appariement a WHERE a.plateforme_id = o.plateforme_id)
           AND NOT EXISTS (SELECT FROM rapprochement_appariement a
                            WHERE a.ligne_id = g.ligne_id AND a.kind = 'JO')
           AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = g.ecriture_id)
       ) f
 WHERE f.lines = 1 AND f.operations = 1
