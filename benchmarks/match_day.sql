-- A day of :size transactions of fund :caisse: one in a thousand is not in the books, one is not at the
-- platform, one has another amount there.
INSERT INTO comptabilite_ecriture (public_id, event, accounting_on, origin_on, recorded_at, label, piece,
                                   source_id, caisse_id, journal_id, reason)
SELECT gen_random_uuid(), 'CARD_PAYMENT', '2026-11-20', '2026-11-20', '2026-11-20 09:00+00',
       'Paiement par carte P' || i, 'P' || i, md5('transaction' || i)::uuid, :caisse,
       (SELECT id FROM comptabilite_journal WHERE caisse_id = :caisse AND code = 'CBL'), ''
  FROM generate_series(1, :size) AS i WHERE i % 1000 <> 1;

INSERT INTO comptabilite_ligne (position, auxiliaire, label, debit_cents, credit_cents, caisse_id,
                                compte_id, ecriture_id)
SELECT side.position, CASE side.position WHEN 2 THEN lpad(e.id::text, 10, '0') ELSE '' END, e.label,
       CASE side.position WHEN 1 THEN 1000 + e.id % 30000 ELSE 0 END,
       CASE side.position WHEN 2 THEN 1000 + e.id % 30000 ELSE 0 END, :caisse, c.id, e.id
  FROM comptabilite_ecriture e
 CROSS JOIN (VALUES (1, '5115'), (2, '409220')) AS side(position, number)
  JOIN comptabilite_compte c ON c.caisse_id = :caisse AND c.number = side.number
 WHERE e.caisse_id = :caisse;

INSERT INTO rapprochement_fichierreleve (public_id, kind, version, day_on, filename, sha256, size_bytes,
                                         lines, arrivee, received_at, boutique_id, caisse_id)
SELECT gen_random_uuid(), f.kind, '', f.day_on, f.kind, lpad(f.n::text, 64, '0'), 1, :size, 'DEPOT',
       '2026-11-21 02:00+00', CASE WHEN f.kind <> 'CAMT053' THEN b.id END, :caisse
  FROM (VALUES (1, 'JT', date '2026-11-19'), (2, 'JT', '2026-11-20'), (3, 'JRB', '2026-11-20'),
               (4, 'CAMT053', '2026-11-20')) AS f(n, kind, day_on)
  JOIN payments_boutique b ON b.caisse_id = :caisse AND b.active;

-- What is odd is in a remittance of its own, so that the other one is whole.
INSERT INTO rapprochement_remise (number, remitted_on, operations, gross_cents, fee_cents, net_cents,
                                  boutique_id, caisse_id, fichier_id)
SELECT r.number, '2026-11-20', r.operations, r.cents, 100, r.cents - 100, f.boutique_id, :caisse, f.id
  FROM (SELECT '900' AS number, count(*) AS operations, sum(1000 + e.id % 30000) AS cents
          FROM comptabilite_ecriture e
         WHERE e.caisse_id = :caisse AND substr(e.piece, 2)::integer % 1000 NOT IN (2, 3)
        UNION ALL
        SELECT '901', 2 * count(*), sum(1000 + e.id % 30000 + 1 + 5000)
          FROM comptabilite_ecriture e
         WHERE e.caisse_id = :caisse AND substr(e.piece, 2)::integer % 1000 = 3) AS r
  JOIN rapprochement_fichierreleve f ON f.caisse_id = :caisse AND f.kind = 'JRB';

INSERT INTO rapprochement_comptebancaire (iban, label, expected_daily, transit_days, active, caisse_id, compte_id)
SELECT 'FR76' || lpad(:caisse::text, 23, '0'), 'Banque', true, 5, true, :caisse, c.id
  FROM comptabilite_compte c WHERE c.caisse_id = :caisse AND c.number = '5121';

INSERT INTO rapprochement_releve (rank, first_on, last_on, opening_cents, closing_cents, caisse_id,
                                  compte_bancaire_id, fichier_id)
SELECT 0, '2026-11-20', '2026-11-20', 0, r.net_cents, :caisse, k.id, f.id
  FROM rapprochement_remise r, rapprochement_comptebancaire k, rapprochement_fichierreleve f
 WHERE r.caisse_id = :caisse AND r.number = '900' AND k.caisse_id = :caisse
   AND f.caisse_id = :caisse AND f.kind = 'CAMT053';

INSERT INTO rapprochement_lignebanque (public_id, rank, booked_on, value_on, amount_cents, code, label,
                                       reference, details, caisse_id, releve_id)
SELECT gen_random_uuid(), 1, '2026-11-20', '2026-11-20', s.closing_cents, '', 'REMISE CB 000900', '', '',
       :caisse, s.id
  FROM rapprochement_releve s WHERE s.caisse_id = :caisse;

INSERT INTO rapprochement_ligneplateforme (public_id, kind, rank, transaction_uuid, trans_id, order_reference,
                                           operation, status, amount_cents, currency, fee_cents, happened_at,
                                           day_on, reason, boutique_id, caisse_id, fichier_id, remise_id)
SELECT gen_random_uuid(), f.kind, i, CASE f.kind WHEN 'JT' THEN md5('transaction' || i)::uuid END,
       lpad(((i - 1) % 900000)::text, 6, '0'), 'P' || i, 'DEBIT', '',
       coalesce(1000 + e.id % 30000, 5000) + CASE WHEN i % 1000 = 3 THEN 1 ELSE 0 END, 'EUR', 0,
       timestamptz '2026-11-20 08:00+00' + i * interval '1 millisecond', '2026-11-20', '',
       f.boutique_id, :caisse, f.id,
       CASE f.kind WHEN 'JRB' THEN (SELECT r.id FROM rapprochement_remise r WHERE r.caisse_id = :caisse
              AND r.number = CASE WHEN i % 1000 IN (1, 3) THEN '901' ELSE '900' END) END
  FROM generate_series(1, :size) AS i
  LEFT JOIN comptabilite_ecriture e ON e.caisse_id = :caisse AND e.source_id = md5('transaction' || i)::uuid
  JOIN rapprochement_fichierreleve f ON f.caisse_id = :caisse AND f.kind IN ('JT', 'JRB')
   AND f.day_on = '2026-11-20'
 WHERE i % 1000 <> 2;

-- What the database writes with such lines; its triggers are off meanwhile.
INSERT INTO rapprochement_totalfichier (day_on, operations, amount_cents, caisse_id, fichier_id)
SELECT p.day_on, count(*), sum(p.amount_cents), :caisse, p.fichier_id
  FROM rapprochement_ligneplateforme p
 WHERE p.caisse_id = :caisse AND p.kind = 'JT' GROUP BY p.fichier_id, p.day_on
