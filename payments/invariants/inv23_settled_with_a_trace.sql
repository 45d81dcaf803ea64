-- Every line of the work list has the trace of its opening; a settled one has the trace of its end,
-- by the same agent, with the same words; an open one has none.
SELECT a.caisse_id, 'anomalie ' || a.id
  FROM comptabilite_anomalie a
 WHERE NOT EXISTS (SELECT FROM comptabilite_traceanomalie t
                    WHERE t.caisse_id = a.caisse_id AND t.anomalie_id = a.id AND t.kind = 'OUVERTE')
    OR (a.settled_at IS NOT NULL) <> EXISTS (
        SELECT FROM comptabilite_traceanomalie t
         WHERE t.caisse_id = a.caisse_id AND t.anomalie_id = a.id AND t.kind = 'REGLEE'
           AND (a.settled_at IS NULL
                OR (t.at = a.settled_at AND t.note = a.settled_note
                    AND t.agent_id IS NOT DISTINCT FROM a.settled_by_id)))
 ORDER BY a.id
