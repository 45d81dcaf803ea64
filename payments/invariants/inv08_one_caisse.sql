-- Payment, debts, shop and écriture share one fund.
SELECT a.caisse_id, 'affectation ' || a.id
  FROM payments_affectation a
  JOIN payments_payment p ON p.id = a.payment_id
  JOIN allocataires_creance c ON c.id = a.creance_id
  JOIN payments_boutique b ON b.id = p.boutique_id
  JOIN allocataires_allocataire o ON o.id = p.allocataire_id
 WHERE NOT (a.caisse_id = p.caisse_id AND p.caisse_id = c.caisse_id AND c.caisse_id = b.caisse_id
            AND b.caisse_id = o.caisse_id AND c.allocataire_id = p.allocataire_id)
UNION ALL
SELECT l.caisse_id, 'ligne ' || l.id
  FROM comptabilite_ligne l
  JOIN comptabilite_ecriture e ON e.id = l.ecriture_id
  JOIN comptabilite_compte k ON k.id = l.compte_id
  JOIN comptabilite_journal j ON j.id = e.journal_id
 WHERE NOT (l.caisse_id = e.caisse_id AND e.caisse_id = k.caisse_id AND k.caisse_id = j.caisse_id)
UNION ALL
SELECT m.caisse_id, 'mouvement ' || m.id
  FROM allocataires_mouvement m
  JOIN allocataires_creance c ON c.id = m.creance_id
  JOIN allocataires_allocataire o ON o.id = c.allocataire_id
 WHERE NOT (m.caisse_id = c.caisse_id AND c.caisse_id = o.caisse_id)
UNION ALL
SELECT t.caisse_id, 'transaction ' || t.uuid
  FROM payments_transaction t
  JOIN payments_boutique b ON b.id = t.boutique_id
  LEFT JOIN payments_payment p ON p.id = t.payment_id
 WHERE NOT (t.caisse_id = b.caisse_id AND t.caisse_id = coalesce(p.caisse_id, t.caisse_id))
