-- What a fund sends to another one (a debt, a receipt) the other one has received, for the same amount:
-- over all the funds, the account between funds comes to nothing.
WITH sides AS (
    SELECT e.caisse_id, e.source_id, e.event, sum(l.debit_cents) AS cents
      FROM comptabilite_ecriture e JOIN comptabilite_ligne l ON l.ecriture_id = e.id
     WHERE e.reverses_id IS NULL
       AND e.event IN ('DEBT_SENT', 'DEBT_RECEIVED', 'RECEIPT_SENT', 'RECEIPT_RECEIVED')
     GROUP BY e.caisse_id, e.source_id, e.event
)
SELECT s.caisse_id, 'mutation ' || s.source_id
  FROM sides s
  LEFT JOIN sides o ON o.source_id = s.source_id AND o.caisse_id <> s.caisse_id AND o.cents = s.cents
       AND o.event = CASE s.event WHEN 'DEBT_SENT' THEN 'DEBT_RECEIVED' WHEN 'DEBT_RECEIVED' THEN 'DEBT_SENT'
                                  WHEN 'RECEIPT_SENT' THEN 'RECEIPT_RECEIVED' ELSE 'RECEIPT_SENT' END
 WHERE o.source_id IS NULL
