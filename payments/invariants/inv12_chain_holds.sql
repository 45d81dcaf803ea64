-- Each final écriture bears the hash of the one before it in its journal, and its own is that of
-- what is written. Links are all read. Hashes are computed again for what was made final in the last
-- two months and, of what is older, for a thirtieth each night: all of it within a month.
SELECT caisse_id, 'écriture ' || ecriture_id
  FROM (
        SELECT v.*, lag(v.hash, 1, repeat('0', 64)) OVER (
                   PARTITION BY v.caisse_id, v.journal_id ORDER BY v.exercice, v.number) AS hash_before
          FROM comptabilite_validation v
       ) v
 WHERE previous_hash <> hash_before
    OR ((validated_at > now() - interval '62 days' OR id % 30 = extract(day FROM now())::integer % 30)
        AND hash IS DISTINCT FROM comptabilite_ecriture_hash(
            ecriture_id, exercice, number, validated_on, previous_hash))
