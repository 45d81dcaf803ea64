-- Écritures of the movements after %(after)s that none tells, at most %(most)s of them looked at.
-- Gives the last movement looked at, how many écritures, and the events that have no rule.
WITH words AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(events)s::text[], %(labels)s::text[], %(debits)s::boolean[])
        AS w(kind, event, label, debits)
), families AS (
    SELECT * FROM unnest(%(natures)s::text[], %(familles)s::text[]) AS f(nature, famille)
), todo AS MATERIALIZED (
    SELECT t.mouvement_id, t.source_id, t.amount_cents, w.event, w.label, w.debits, p.numero,
           p.numero || '-' || c.nature || '-' || c.rang AS debt,
           c.nature || ' ' || c.rang AS name,
           coalesce(f.famille, %(other)s) AS famille,
           least(t.value_on, (t.recorded_at AT TIME ZONE 'Europe/Paris')::date) AS origin_on
      FROM rapprochement_mouvement_a_ecrire t
      JOIN words w ON w.kind = t.kind
      JOIN allocataires_creance c ON c.id = t.creance_id
      JOIN allocataires_allocataire p ON p.id = c.allocataire_id
      LEFT JOIN families f ON f.nature = c.nature
     WHERE t.caisse_id = %(caisse)s AND t.mouvement_id > %(after)s
     ORDER BY t.mouvement_id
     LIMIT %(most)s
), ruled AS MATERIALIZED (
    SELECT d.*, greatest(d.origin_on, %(floor)s::date) AS accounting_on,
           coalesce(d.event = ANY(s.booked_elsewhere), false) AS elsewhere,
           r.journal_id, r.debit_id, r.credit_id,
           CASE coalesce(n.auxiliaire, 'CREANCE')
                WHEN 'AUCUN' THEN '' WHEN 'PERSONNE' THEN d.numero ELSE d.debt END AS auxiliaire
      FROM todo d
      LEFT JOIN LATERAL (
           SELECT id, booked_elsewhere FROM comptabilite_schemacomptable
            WHERE caisse_id = %(caisse)s AND status = 'ADOPTE'
              AND effective_on <= greatest(d.origin_on, %(floor)s::date)
            ORDER BY effective_on DESC LIMIT 1) s ON true
      LEFT JOIN LATERAL (
           SELECT journal_id, debit_id, credit_id FROM comptabilite_reglecomptable
            WHERE schema_id = s.id AND caisse_id = %(caisse)s AND event = d.event
              AND famille IN (d.famille, '')
            ORDER BY famille DESC LIMIT 1) r ON true
      LEFT JOIN comptabilite_compteschema n
        ON n.schema_id = s.id AND n.caisse_id = %(caisse)s
       AND n.compte_id = CASE WHEN d.debits THEN r.debit_id ELSE r.credit_id END
), written AS (
    INSERT INTO comptabilite_ecriture
           (caisse_id, journal_id, public_id, event, accounting_on, origin_on, recorded_at, label,
            piece, source_id, reason)
    SELECT %(caisse)s, journal_id, gen_random_uuid(), event, accounting_on, origin_on, %(now)s,
           left(label || ' – créance ' || name, 120), left(debt, 40), source_id, ''
      FROM ruled
     WHERE NOT elsewhere AND journal_id IS NOT NULL
     ORDER BY mouvement_id
    RETURNING id, source_id
), lines AS (
    INSERT INTO comptabilite_ligne
           (caisse_id, ecriture_id, position, compte_id, auxiliaire, label, debit_cents, credit_cents)
    SELECT %(caisse)s, w.id, side.position, side.compte_id,
           CASE WHEN side.of_debt THEN r.auxiliaire ELSE '' END,
           left(r.label || ' – créance ' || r.name, 120), side.debit_cents, side.credit_cents
      FROM written w
      JOIN ruled r ON r.source_id = w.source_id
     CROSS JOIN LATERAL (VALUES
           (1, r.debit_id, r.debits, r.amount_cents, 0::bigint),
           (2, r.credit_id, NOT r.debits, 0::bigint, r.amount_cents)
           ) AS side(position, compte_id, of_debt, debit_cents, credit_cents)
)
SELECT (SELECT max(mouvement_id) FROM todo),
       (SELECT count(*) FROM written),
       (SELECT array_agg(DISTINCT event || ' ' || famille) FROM ruled
         WHERE NOT elsewhere AND journal_id IS NULL)
