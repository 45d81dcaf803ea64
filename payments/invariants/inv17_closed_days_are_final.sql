-- Nothing is a draft in a closed day, nothing is final in an open one, and closed days follow each
-- other.
SELECT e.caisse_id, 'écriture ' || e.id || ' du ' || e.accounting_on
  FROM comptabilite_ecriture e
  JOIN (
        SELECT caisse_id, max(last_on) AS last_on FROM comptabilite_cloture
         WHERE periode = 'JOUR' GROUP BY caisse_id
       ) closed ON closed.caisse_id = e.caisse_id
  LEFT JOIN comptabilite_validation v ON v.ecriture_id = e.id AND v.caisse_id = e.caisse_id
 WHERE (v.id IS NULL AND e.accounting_on <= closed.last_on)
    OR (v.id IS NOT NULL AND e.accounting_on > closed.last_on)
UNION ALL
SELECT v.caisse_id, 'écriture ' || v.ecriture_id || ' sans clôture'
  FROM comptabilite_validation v
  LEFT JOIN comptabilite_cloture c
    ON c.id = v.cloture_id AND c.caisse_id = v.caisse_id AND c.periode = 'JOUR'
 WHERE c.id IS NULL
UNION ALL
SELECT caisse_id, 'jour ' || last_on
  FROM (
        SELECT caisse_id, last_on, lag(last_on) OVER (PARTITION BY caisse_id ORDER BY last_on) AS before
          FROM comptabilite_cloture WHERE periode = 'JOUR'
       ) days
 WHERE last_on <> before + 1
