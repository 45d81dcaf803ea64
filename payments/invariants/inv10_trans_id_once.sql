-- A trans_id serves once per shop and UTC day, upper and lower case alike.
SELECT caisse_id, 'trans_id ' || upper(trans_id) || ' du ' || utc_on
  FROM payments_redirection
 GROUP BY caisse_id, boutique_id, utc_on, upper(trans_id)
HAVING count(*) > 1
