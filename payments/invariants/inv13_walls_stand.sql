-- Every table of a fund is under forced row-level security, with the two policies of the scopes and
-- no other but the doors'. It concerns every fund, hence no fund of its own.
SELECT NULL::bigint, 'table ' || c.relname
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'caisse_id' AND NOT a.attisdropped
  LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE p.polname IN ('caisse_scope', 'national_scope')) AS scopes,
               count(*) FILTER (WHERE p.polname NOT IN ('caisse_scope', 'national_scope', 'door')) AS others
          FROM pg_policy p WHERE p.polrelid = c.oid
       ) p ON true
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND p.scopes = 2 AND p.others = 0)
