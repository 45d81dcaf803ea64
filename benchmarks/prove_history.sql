-- Each fund f of ``bench_fund`` is paid f.per_day times a day by card, f.days days up to f.last_on. What
-- a fund whose history is whole is paid is told by JT, remitted the day after (JRB), brought by the bank
-- two days later in one line, and lettered; of the others, only the books. Rows are numbered from f.base, so that each statement knows what the others wrote, and
-- written day after day, all funds together, as they come.
INSERT INTO comptabilite_ecriture (id, public_id, event, accounting_on, origin_on, recorded_at, label, piece,
                                   source_id, caisse_id, journal_id, reason)
SELECT f.base + n, gen_random_uuid(), 'CARD_PAYMENT', d.on_day, d.on_day, d.on_day + interval '11 hours',
       'Paiement par carte P' || n, 'P' || n, md5('transaction' || f.base + n)::uuid, f.caisse_id, j.id, ''
  FROM bench_fund f
 CROSS JOIN LATERAL generate_series(0, f.days * f.per_day - 1) AS n
 CROSS JOIN LATERAL (SELECT f.last_on - f.days + 1 + n / f.per_day AS on_day) d
  JOIN comptabilite_journal j ON j.caisse_id = f.caisse_id AND j.code = 'CBL'
 ORDER BY d.on_day, n;

INSERT INTO comptabilite_ligne (id, position, auxiliaire, label, debit_cents, credit_cents, caisse_id, compte_id,
                                ecriture_id)
SELECT 2 * (f.base + n) + s.position, s.position,
       CASE s.position WHEN 2 THEN lpad(n::text, 10, '0') ELSE '' END, 'Paiement par carte P' || n,
       CASE s.position WHEN 1 THEN 1000 + n % 30000 ELSE 0 END,
       CASE s.position WHEN 2 THEN 1000 + n % 30000 ELSE 0 END, f.caisse_id, c.id, f.base + n
  FROM bench_fund f
 CROSS JOIN LATERAL generate_series(0, f.days * f.per_day - 1) AS n
 CROSS JOIN (VALUES (1, '5115'), (2, '409220')) AS s(position, number)
  JOIN comptabilite_compte c ON c.caisse_id = f.caisse_id AND c.number = s.number
 ORDER BY f.last_on - f.days + n / f.per_day, n, s.position;

INSERT INTO rapprochement_fichierreleve (id, public_id, kind, version, day_on, filename, sha256, size_bytes, lines,
                                         arrivee, received_at, boutique_id, caisse_id)
SELECT f.base + 3 * d + k.rank, gen_random_uuid(), k.kind, '', f.last_on - f.days + d, k.kind,
       lpad((3 * d + k.rank)::text, 64, '0'), 1, f.per_day, 'DEPOT', f.last_on - f.days + d + interval '26 hours',
       CASE WHEN k.kind <> 'CAMT053' THEN b.id END, f.caisse_id
  FROM (SELECT * FROM bench_fund WHERE whole) f
 CROSS JOIN LATERAL generate_series(0, f.days) AS d
 CROSS JOIN (VALUES (0, 'JT'), (1, 'JRB'), (2, 'CAMT053')) AS k(rank, kind)
  JOIN payments_boutique b ON b.caisse_id = f.caisse_id AND b.active
 ORDER BY f.last_on - f.days + d;

-- Remittance d takes the payments of day d; those of the last day wait.
INSERT INTO rapprochement_remise (id, number, remitted_on, operations, gross_cents, fee_cents, net_cents, boutique_id,
                                  caisse_id, fichier_id)
SELECT f.base + d, (9000 + d)::text, f.last_on - f.days + 1 + d, f.per_day, s.cents, 0, s.cents, r.boutique_id,
       f.caisse_id, r.id
  FROM (SELECT * FROM bench_fund WHERE whole) f
 CROSS JOIN LATERAL generate_series(1, f.days - 1) AS d
  JOIN rapprochement_fichierreleve r ON r.id = f.base + 3 * (d + 1) + 1
 CROSS JOIN LATERAL (SELECT sum(1000 + n % 30000) AS cents
                       FROM generate_series((d - 1) * f.per_day, d * f.per_day - 1) AS n) s;

INSERT INTO rapprochement_ligneplateforme (id, public_id, kind, rank, transaction_uuid, trans_id, order_reference,
                                           operation, status, amount_cents, currency, fee_cents, happened_at, day_on,
                                           reason, boutique_id, caisse_id, fichier_id, remise_id)
SELECT 2 * (f.base + n) + k.rank, gen_random_uuid(), k.kind, n % f.per_day,
       CASE k.kind WHEN 'JT' THEN md5('transaction' || f.base + n)::uuid END, lpad((n % 900000)::text, 6, '0'),
       'P' || n, 'DEBIT', '', 1000 + n % 30000, 'EUR', 0, r.day_on + interval '10 hours', r.day_on, '', r.boutique_id,
       f.caisse_id, r.id, CASE k.kind WHEN 'JRB' THEN f.base + n / f.per_day + 1 END
  FROM (SELECT * FROM bench_fund WHERE whole) f
 CROSS JOIN LATERAL generate_series(0, f.days * f.per_day - 1) AS n
 CROSS JOIN (VALUES (0, 'JT'), (1, 'JRB')) AS k(rank, kind)
  JOIN rapprochement_fichierreleve r ON r.id = f.base + 3 * (n / f.per_day + 1 + k.rank) + k.rank AND r.kind = k.kind
 ORDER BY r.day_on, r.id, n;

INSERT INTO rapprochement_totalfichier (day_on, operations, amount_cents, caisse_id, fichier_id)
SELECT p.day_on, count(*), sum(p.amount_cents), p.caisse_id, p.fichier_id
  FROM rapprochement_ligneplateforme p WHERE p.kind = 'JT' GROUP BY p.caisse_id, p.fichier_id, p.day_on;

INSERT INTO rapprochement_appariement (caisse_id, plateforme_id, kind, ligne_id, regle, matched_at)
SELECT p.caisse_id, p.id, p.kind, 2 * (p.id / 2) + 1, 'EXACTE', p.happened_at
  FROM rapprochement_ligneplateforme p ORDER BY p.day_on, p.id;

INSERT INTO rapprochement_comptebancaire (iban, label, expected_daily, transit_days, active, caisse_id, compte_id)
SELECT 'FR76' || lpad(f.caisse_id::text, 23, '0'), 'Banque', true, 5, true, f.caisse_id, c.id
  FROM bench_fund f JOIN comptabilite_compte c ON c.caisse_id = f.caisse_id AND c.number = '5121';

-- Bank line d brings remittance d, the day after it was made.
INSERT INTO rapprochement_releve (id, rank, first_on, last_on, opening_cents, closing_cents, caisse_id,
                                  compte_bancaire_id, fichier_id)
SELECT f.base + d, d, f.last_on - f.days + 2 + d, f.last_on - f.days + 2 + d, 0, r.net_cents, f.caisse_id, k.id,
       f.base + 3 * (d + 2) + 2
  FROM (SELECT * FROM bench_fund WHERE whole) f
 CROSS JOIN LATERAL generate_series(1, f.days - 2) AS d
  JOIN rapprochement_remise r ON r.id = f.base + d
  JOIN rapprochement_comptebancaire k ON k.caisse_id = f.caisse_id;

INSERT INTO rapprochement_lignebanque (id, public_id, rank, booked_on, value_on, amount_cents, code, label, reference,
                                       details, caisse_id, releve_id)
SELECT s.id, gen_random_uuid(), 1, s.last_on, s.last_on, s.closing_cents, '', 'REMISE CB', '', '', s.caisse_id, s.id
  FROM rapprochement_releve s;

INSERT INTO comptabilite_ecriture (id, public_id, event, accounting_on, origin_on, recorded_at, label, piece,
                                   source_id, caisse_id, journal_id, reason)
SELECT f.days * f.per_day + b.id, gen_random_uuid(), 'REMITTANCE', b.booked_on, b.booked_on,
       b.booked_on + interval '30 hours', 'Remise', 'B' || b.id, b.public_id, f.caisse_id, j.id, ''
  FROM (SELECT * FROM bench_fund WHERE whole) f
  JOIN rapprochement_lignebanque b ON b.caisse_id = f.caisse_id
  JOIN comptabilite_journal j ON j.caisse_id = f.caisse_id AND j.code = 'BQ';

INSERT INTO comptabilite_ligne (id, position, auxiliaire, label, debit_cents, credit_cents, caisse_id, compte_id,
                                ecriture_id)
SELECT 2 * (f.days * f.per_day + b.id) + s.position, s.position, '', 'Remise',
       CASE s.position WHEN 1 THEN b.amount_cents ELSE 0 END,
       CASE s.position WHEN 2 THEN b.amount_cents ELSE 0 END, f.caisse_id, c.id, f.days * f.per_day + b.id
  FROM (SELECT * FROM bench_fund WHERE whole) f
  JOIN rapprochement_lignebanque b ON b.caisse_id = f.caisse_id
 CROSS JOIN (VALUES (1, '5121'), (2, '5115')) AS s(position, number)
  JOIN comptabilite_compte c ON c.caisse_id = f.caisse_id AND c.number = s.number;

INSERT INTO rapprochement_imputation (id, kind, regle, note, imputed_at, caisse_id, ligne_id, ecriture_id,
                                      corrected_reason)
SELECT b.id, 'REMISE', 'REMISE', '', b.booked_on + interval '30 hours', f.caisse_id, b.id,
       f.days * f.per_day + b.id, ''
  FROM bench_fund f JOIN rapprochement_lignebanque b ON b.caisse_id = f.caisse_id;

INSERT INTO rapprochement_remisebanque (gross_cents, fee_cents, caisse_id, imputation_id, remise_id)
SELECT b.amount_cents, 0, b.caisse_id, b.id, b.id FROM rapprochement_lignebanque b;

INSERT INTO comptabilite_lettrage (id, rank, code, lettered_on, lettered_at, reason, undone_reason, caisse_id, compte_id)
SELECT b.id, b.id - f.base, 'L' || b.id - f.base, b.booked_on + 1, b.booked_on + interval '30 hours', 'Remise', '',
       f.caisse_id, c.id
  FROM (SELECT * FROM bench_fund WHERE whole) f
  JOIN rapprochement_lignebanque b ON b.caisse_id = f.caisse_id
  JOIN comptabilite_compte c ON c.caisse_id = f.caisse_id AND c.number = '5115';

INSERT INTO comptabilite_lignelettree (live, caisse_id, lettrage_id, ligne_id)
SELECT true, f.caisse_id, g.id, x.ligne_id
  FROM (SELECT * FROM bench_fund WHERE whole) f
  JOIN comptabilite_lettrage g ON g.caisse_id = f.caisse_id
 CROSS JOIN LATERAL (
       SELECT 2 * (f.base + n) + 1 AS ligne_id
         FROM generate_series((g.id - f.base - 1) * f.per_day, (g.id - f.base) * f.per_day - 1) AS n
        UNION ALL
       SELECT 2 * (f.days * f.per_day + g.id) + 2) x
 ORDER BY g.lettered_on, g.id;

-- Proofs of the days that are closed, each with what was on its way that evening and one thing that an
-- agent explained.
INSERT INTO rapprochement_rapprochement (id, day_on, computed_at, gateway_cents, ledger_cents, bank_cents,
                                         ledger_bank_cents, owed_cents, ledger_owed_cents, residuals, unexplained,
                                         unexplained_cents, caisse_id)
SELECT f.base + d, f.last_on - f.days + d, f.last_on - f.days + d + interval '40 hours', 0, 0, 0, 0, 0, 0, 3, 0, 0,
       f.caisse_id
  FROM bench_fund f CROSS JOIN LATERAL generate_series(1, f.days - f.open) AS d;

INSERT INTO comptabilite_anomalie (id, kind, subject, detail, amount_cents, opened_at, settled_at, settled_note,
                                   settled_by_id, caisse_id, occurrence)
SELECT r.id, 'RESIDUAL', 'ancien ' || r.day_on, 'Écart', 100, r.computed_at, r.computed_at + interval '2 hours', 'Vu',
       NULL, r.caisse_id, 1
  FROM rapprochement_rapprochement r;

INSERT INTO rapprochement_residu (kind, subject, amount_cents, since_on, detail, explained, proposal, caisse_id,
                                  rapprochement_id, anomalie_id)
SELECT x.kind, x.subject || r.day_on, 100, r.day_on, 'Écart', true, '{}', r.caisse_id, r.id,
       CASE x.kind WHEN 'EN_RETARD' THEN r.id END
  FROM rapprochement_rapprochement r
 CROSS JOIN (VALUES ('EN_CHEMIN', 'remise '), ('EN_CHEMIN', 'attente '), ('EN_RETARD', 'ancien ')) AS x(kind, subject)
