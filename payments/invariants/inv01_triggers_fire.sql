-- No trigger of ours is off, and no check or foreign key was left unproved: each of them holds an
-- invariant. It concerns every fund, hence no fund of its own.
SELECT NULL::bigint, 'déclencheur ' || t.tgname
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT NULL::bigint, 'contrainte ' || k.conname
  FROM pg_constraint k
 WHERE k.connamespace = 'public'::regnamespace AND NOT k.convalidated
