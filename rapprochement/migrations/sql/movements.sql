-- Movements without an écriture. The portal writes its own with what caused them: under the
-- movement's own source (refund, remission, surplus, move, chargeback), under the transaction for
-- what a card paid on a payment or a due, under the move for a debt that came from another fund.
-- What is left came with the fund's software or an agent's decision.
CREATE VIEW rapprochement_mouvement_a_ecrire WITH (security_invoker = true) AS
SELECT m.caisse_id, m.id AS mouvement_id, m.creance_id, m.kind, m.sens, m.amount_cents, m.value_on,
       m.recorded_at, md5('mouvement:' || m.id)::uuid AS source_id
  FROM allocataires_mouvement m
 WHERE NOT EXISTS (
       SELECT FROM comptabilite_ecriture e
        WHERE e.caisse_id = m.caisse_id AND e.reverses_id IS NULL
          AND e.source_id = md5('mouvement:' || m.id)::uuid)
   AND NOT EXISTS (
       SELECT FROM comptabilite_ecriture e
        WHERE e.caisse_id = m.caisse_id AND e.reverses_id IS NULL AND e.source_id = m.source_id)
   AND NOT (m.kind = 'CARTE' AND (
       EXISTS (SELECT FROM payments_payment p
                WHERE p.public_id = m.source_id AND p.caisse_id = m.caisse_id)
       OR EXISTS (SELECT FROM allocataires_echeance d
                   WHERE d.public_id = m.source_id AND d.caisse_id = m.caisse_id)))
   AND NOT (m.kind = 'IMPLANTATION' AND EXISTS (
       SELECT FROM recouvrement_mutation x
        WHERE x.creance_id = m.creance_id AND x.caisse_id = m.caisse_id AND x.side = 'ARRIVEE'));
