-- What the bank lines without an imputation may be, each found in one way only: by the number of a
-- remittance in their words, by an amount that nothing else has, by the sum of a day. A line or a
-- remittance with two candidates is in no row, nor a line that an accountant took an imputation back
-- from: it would be found again. Amounts are net or gross as the fund's scheme says.
WITH lines AS (
    SELECT l.id, l.booked_on, l.amount_cents, k.id AS account_id, k.transit_days,
           upper(concat_ws(' ', l.label, l.reference, l.details)) AS words,
           coalesce((SELECT s.remittance_mode FROM comptabilite_schemacomptable s
                      WHERE s.caisse_id = l.caisse_id AND s.status = 'ADOPTE'
                        AND s.effective_on <= l.booked_on
                      ORDER BY s.effective_on DESC LIMIT 1), 'NETTE') AS mode
      FROM rapprochement_lignebanque l
      JOIN rapprochement_releve r ON r.id = l.releve_id AND r.caisse_id = l.caisse_id
      JOIN rapprochement_comptebancaire k ON k.id = r.compte_bancaire_id AND k.caisse_id = l.caisse_id
     WHERE l.caisse_id = %(caisse_id)s
       AND NOT EXISTS (SELECT FROM rapprochement_imputation i WHERE i.ligne_id = l.id)
), remises AS (
    SELECT r.id, r.boutique_id, r.remitted_on, r.gross_cents, r.net_cents,
           '(^|[^0-9])0*' || regexp_replace(ltrim(split_part(upper(r.number), '-', 1), '0'),
                                            '([^0-9A-Z])', '\\\1', 'g') || '([^0-9]|$)' AS token
      FROM rapprochement_remise r
     WHERE r.caisse_id = %(caisse_id)s AND r.gross_cents <> 0
       AND sign(r.gross_cents) = sign(r.net_cents)
       AND NOT EXISTS (SELECT FROM rapprochement_remisebanque x
                         JOIN rapprochement_imputation i ON i.id = x.imputation_id
                          AND i.caisse_id = x.caisse_id AND i.corrected_at IS NULL
                        WHERE x.remise_id = r.id)
), single AS (
    SELECT l.id AS line_id, r.id AS remise_id, l.words ~ r.token AS named,
           l.booked_on BETWEEN r.remitted_on AND r.remitted_on + l.transit_days AS in_time
      FROM lines l
      JOIN remises r ON l.amount_cents = CASE l.mode WHEN 'BRUTE' THEN r.gross_cents ELSE r.net_cents END
       AND r.remitted_on BETWEEN l.booked_on - 60 AND l.booked_on
), charges AS (
    SELECT a.ligne_id, p.day_on, p.trans_id, p.amount_cents AS cents, p.boutique_id
      FROM rapprochement_ligneplateforme p
      JOIN rapprochement_appariement a ON a.plateforme_id = p.id AND a.kind = 'JRI'
     WHERE p.caisse_id = %(caisse_id)s AND p.kind = 'JRI' AND p.amount_cents <> 0
       AND NOT EXISTS (SELECT FROM comptabilite_lignelettree z WHERE z.ligne_id = a.ligne_id AND z.live)
), taken AS (
    SELECT l.id AS line_id, c.ligne_id,
           c.trans_id <> '' AND l.words ~ ('(^|[^0-9A-Z])' || c.trans_id || '([^0-9A-Z]|$)') AS named,
           l.booked_on BETWEEN c.day_on - l.transit_days AND c.day_on + l.transit_days AS in_time
      FROM lines l
      JOIN charges c ON l.amount_cents = c.cents AND l.booked_on BETWEEN c.day_on - 30 AND c.day_on + 60
), given_back AS (
    -- What banks gave back of chargebacks comes in as remittances do: a line that may be either, by
    -- what it names or else by its amount, is in no row.
    SELECT t.line_id, bool_or(t.named) AS named FROM taken t JOIN lines l ON l.id = t.line_id
     WHERE l.amount_cents > 0 AND (t.named OR t.in_time) GROUP BY t.line_id
), by_number AS (
    SELECT s.line_id, s.remise_id, count(*) OVER (PARTITION BY s.line_id) AS a,
           count(*) OVER (PARTITION BY s.remise_id) AS b
      FROM single s
     WHERE s.named AND s.line_id NOT IN (SELECT line_id FROM given_back g WHERE g.named)
), by_amount AS (
    SELECT s.line_id, s.remise_id, count(*) OVER (PARTITION BY s.line_id) AS a,
           count(*) OVER (PARTITION BY s.remise_id) AS b
      FROM single s
     WHERE s.in_time AND s.line_id NOT IN (SELECT line_id FROM by_number)
       AND s.line_id NOT IN (SELECT line_id FROM given_back)
       AND s.remise_id NOT IN (SELECT remise_id FROM by_number)
), groups AS (
    SELECT r.boutique_id, r.remitted_on, array_agg(r.id ORDER BY r.id) AS ids,
           sum(r.gross_cents) AS gross_cents, sum(r.net_cents) AS net_cents
      FROM remises r GROUP BY r.boutique_id, r.remitted_on HAVING count(*) > 1
    UNION ALL
    SELECT NULL, r.remitted_on, array_agg(r.id ORDER BY r.id), sum(r.gross_cents), sum(r.net_cents)
      FROM remises r GROUP BY r.remitted_on HAVING count(DISTINCT r.boutique_id) > 1
), by_group AS (
    SELECT l.id AS line_id, g.ids, count(*) OVER (PARTITION BY l.id) AS a,
           count(*) OVER (PARTITION BY g.boutique_id, g.remitted_on) AS b
      FROM lines l
      JOIN groups g ON l.amount_cents = CASE l.mode WHEN 'BRUTE' THEN g.gross_cents ELSE g.net_cents END
       AND l.booked_on BETWEEN g.remitted_on AND g.remitted_on + l.transit_days
     WHERE l.id NOT IN (SELECT line_id FROM single) AND l.id NOT IN (SELECT line_id FROM given_back)
), parted AS (
    SELECT l.account_id, l.booked_on, l.mode, min(l.transit_days) AS transit_days,
           array_agg(l.id ORDER BY l.id) AS ids, sum(l.amount_cents) AS cents
      FROM lines l
     WHERE l.amount_cents > 0 AND l.id NOT IN (SELECT line_id FROM single)
       AND l.id NOT IN (SELECT line_id FROM given_back)
     GROUP BY l.account_id, l.booked_on, l.mode HAVING count(*) > 1
), by_parts AS (
    SELECT p.ids, r.id AS remise_id, count(*) OVER (PARTITION BY p.ids) AS a,
           count(*) OVER (PARTITION BY r.id) AS b
      FROM parted p
      JOIN remises r ON p.cents = CASE p.mode WHEN 'BRUTE' THEN r.gross_cents ELSE r.net_cents END
       AND p.booked_on BETWEEN r.remitted_on AND r.remitted_on + p.transit_days
), charged_by_number AS (
    SELECT t.line_id, t.ligne_id, count(*) OVER (PARTITION BY t.line_id) AS a,
           count(*) OVER (PARTITION BY t.ligne_id) AS b
      FROM taken t
     WHERE t.named AND NOT EXISTS (SELECT FROM lines l JOIN single s ON s.line_id = l.id AND s.named
                                    WHERE l.id = t.line_id AND l.amount_cents > 0)
), charged_by_amount AS (
    SELECT t.line_id, t.ligne_id, count(*) OVER (PARTITION BY t.line_id) AS a,
           count(*) OVER (PARTITION BY t.ligne_id) AS b
      FROM taken t
     WHERE t.in_time AND t.line_id NOT IN (SELECT line_id FROM charged_by_number)
       AND t.line_id NOT IN (SELECT line_id FROM single)
       AND t.ligne_id NOT IN (SELECT ligne_id FROM charged_by_number)
), charged_together AS (
    SELECT l.id AS line_id, g.ids, count(*) OVER (PARTITION BY l.id) AS a,
           count(*) OVER (PARTITION BY g.ids) AS b
      FROM lines l
      JOIN (SELECT c.day_on, array_agg(c.ligne_id ORDER BY c.ligne_id) AS ids, sum(c.cents) AS cents
              FROM charges c GROUP BY c.day_on, c.boutique_id HAVING count(*) > 1) g
        ON l.amount_cents = g.cents
       AND l.booked_on BETWEEN g.day_on - l.transit_days AND g.day_on + l.transit_days
     WHERE l.id NOT IN (SELECT line_id FROM taken) AND l.id NOT IN (SELECT line_id FROM single)
       AND l.id NOT IN (SELECT line_id FROM by_group) AND l.id NOT IN (SELECT unnest(ids) FROM by_parts)
)
SELECT 'REMISE' AS regle, ARRAY[line_id] AS lines, ARRAY[remise_id] AS remises, '{}'::bigint[] AS charges
  FROM by_number WHERE a = 1 AND b = 1
UNION ALL
SELECT 'MONTANT', ARRAY[line_id], ARRAY[remise_id], '{}' FROM by_amount WHERE a = 1 AND b = 1
UNION ALL
SELECT 'GROUPE', ARRAY[line_id], ids, '{}' FROM by_group WHERE a = 1 AND b = 1
UNION ALL
SELECT 'GROUPE', ids, ARRAY[remise_id], '{}' FROM by_parts WHERE a = 1 AND b = 1
UNION ALL
SELECT 'REFERENCE', ARRAY[line_id], '{}', ARRAY[ligne_id] FROM charged_by_number WHERE a = 1 AND b = 1
UNION ALL
SELECT 'MONTANT', ARRAY[line_id], '{}', ARRAY[ligne_id] FROM charged_by_amount WHERE a = 1 AND b = 1
UNION ALL
SELECT 'GROUPE', ARRAY[line_id], '{}', ids FROM charged_together WHERE a = 1 AND b = 1
