-- The lines of 511x that book what the gateway did, signed: a debit is money that it owes us.
-- ``operation_uuid`` is the transaction at the platform: the payment's, or the refund's own.
CREATE OR REPLACE VIEW rapprochement_ligne_511 WITH (security_invoker = true) AS
SELECT l.caisse_id, l.id AS ligne_id, e.id AS ecriture_id, l.compte_id, e.event, e.source_id, e.piece,
       e.origin_on, e.accounting_on, e.reverses_id, l.debit_cents - l.credit_cents AS amount_cents,
       CASE WHEN e.reverses_id IS NOT NULL THEN 'CONTREPASSATION'
            WHEN e.event IN ('CARD_PAYMENT', 'UNIDENTIFIED_RECEIPT') THEN 'RECU'
            WHEN e.event IN ('CHARGEBACK', 'CHARGEBACK_SUSPENSE') THEN 'IMPAYE'
            ELSE coalesce(nullif(r.kind, ''), 'REFUND') END AS nature,
       r.id AS refund_id, r.transaction_id AS refunded_id,
       CASE WHEN e.event IN ('CARD_PAYMENT', 'UNIDENTIFIED_RECEIPT') THEN e.source_id
            WHEN r.kind = 'REFUND' THEN r.gateway_id
            ELSE t.uuid END AS operation_uuid
  FROM comptabilite_ecriture e
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = e.caisse_id
  JOIN rapprochement_compte_plateforme c ON c.caisse_id = l.caisse_id AND c.compte_id = l.compte_id
  LEFT JOIN payments_refund r ON r.public_id = e.source_id AND r.caisse_id = e.caisse_id
       AND e.event IN ('CARD_REFUND', 'SUSPENSE_REFUND')
  LEFT JOIN payments_transaction t ON t.id = r.transaction_id AND t.caisse_id = r.caisse_id
 WHERE e.event IN ('CARD_PAYMENT', 'UNIDENTIFIED_RECEIPT', 'CARD_REFUND', 'SUSPENSE_REFUND',
                   'CHARGEBACK', 'CHARGEBACK_SUSPENSE');
