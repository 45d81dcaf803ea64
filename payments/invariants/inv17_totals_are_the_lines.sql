-- The totals of closed days are what the lines of 511x say, and those of the platform's files what
-- their lines do: proofs and pictures read them instead. Accounts that a scheme uses for the platform
-- are all among those that are totalled.
WITH said AS (
    SELECT s.* FROM rapprochement_jour_511 s
      JOIN (SELECT caisse_id, max(last_on) AS last_on FROM comptabilite_cloture
             WHERE periode = 'JOUR' GROUP BY caisse_id) c
        ON c.caisse_id = s.caisse_id AND s.day_on <= c.last_on
)
SELECT coalesce(s.caisse_id, t.caisse_id),
       'total du ' || coalesce(s.day_on, t.day_on) || ' ' || coalesce(s.event, t.event)
  FROM said s
  FULL JOIN rapprochement_totaljour t
    ON t.caisse_id = s.caisse_id AND t.compte_id = s.compte_id AND t.day_on = s.day_on AND t.event = s.event
 WHERE s.amount_cents IS DISTINCT FROM t.amount_cents OR s.ecritures IS DISTINCT FROM t.ecritures
UNION ALL
SELECT coalesce(l.caisse_id, t.caisse_id),
       'total du fichier ' || coalesce(l.fichier_id, t.fichier_id) || ' ' || coalesce(l.day_on, t.day_on)
  FROM (SELECT o.caisse_id, p.fichier_id, o.day_on, count(*) AS operations, sum(o.amount_cents) AS cents
          FROM rapprochement_operation o
          JOIN rapprochement_ligneplateforme p ON p.id = o.plateforme_id
         GROUP BY o.caisse_id, p.fichier_id, o.day_on) l
  FULL JOIN (SELECT caisse_id, fichier_id, day_on, sum(operations) AS operations, sum(amount_cents) AS cents
               FROM rapprochement_totalfichier GROUP BY caisse_id, fichier_id, day_on) t
    ON t.caisse_id = l.caisse_id AND t.fichier_id = l.fichier_id AND t.day_on = l.day_on
 WHERE l.cents IS DISTINCT FROM t.cents OR l.operations IS DISTINCT FROM t.operations
UNION ALL
SELECT c.caisse_id, 'compte ' || k.number
  FROM rapprochement_compte_plateforme c
  JOIN comptabilite_compte k ON k.id = c.compte_id AND k.caisse_id = c.caisse_id
 WHERE k.number NOT LIKE '511%'
