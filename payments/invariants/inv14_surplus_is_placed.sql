-- A surplus that was placed on a debt is there, to the cent, and left the suspense account for it; what
-- was sent to another fund left it as well.
SELECT s.caisse_id, 'trop-perçu ' || s.id
  FROM payments_troppercu s
  LEFT JOIN (
        SELECT caisse_id, source_id, sum(amount_cents) AS posted
          FROM allocataires_mouvement WHERE kind = 'CARTE' AND source_id IS NOT NULL
         GROUP BY caisse_id, source_id
       ) m ON m.caisse_id = s.caisse_id AND m.source_id = s.public_id
  LEFT JOIN (
        SELECT e.caisse_id, e.source_id, e.event, sum(l.debit_cents) AS booked
          FROM comptabilite_ecriture e JOIN comptabilite_ligne l ON l.ecriture_id = e.id
         WHERE e.reverses_id IS NULL AND e.event IN ('SUSPENSE_TO_DEBT', 'RECEIPT_SENT')
         GROUP BY e.caisse_id, e.source_id, e.event
       ) e ON e.caisse_id = s.caisse_id
          AND (e.source_id, e.event) IN ((s.public_id, 'SUSPENSE_TO_DEBT'), (s.sent_id, 'RECEIPT_SENT'))
 GROUP BY s.id, s.caisse_id, s.placed_cents, s.sent_cents, m.posted
HAVING coalesce(m.posted, 0) <> s.placed_cents
    OR coalesce(sum(e.booked) FILTER (WHERE e.event = 'SUSPENSE_TO_DEBT'), 0) <> s.placed_cents
    OR coalesce(sum(e.booked) FILTER (WHERE e.event = 'RECEIPT_SENT'), 0) <> s.sent_cents
