-- Invariants 8 and 21 for the pairs of one statement, read together: a million pairs are two joins,
-- where two foreign keys were two million look-ups. What a key promises is kept otherwise: a line
-- that is not there, or is another fund's, is no match; and neither table forgets a line or changes
-- it (inv01_ligneplateforme_append_only, inv01_ligne_append_only).
CREATE OR REPLACE FUNCTION rapprochement_pairs_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.id, p.amount_cents AS said, l.debit_cents - l.credit_cents AS written,
           p.id IS NULL OR l.id IS NULL AS stranger INTO wrong
      FROM added a
      LEFT JOIN rapprochement_ligneplateforme p ON p.id = a.plateforme_id AND p.caisse_id = a.caisse_id
      LEFT JOIN comptabilite_ligne l ON l.id = a.ligne_id AND l.caisse_id = a.caisse_id
     WHERE p.id IS NULL OR l.id IS NULL OR p.kind <> a.kind
        OR p.amount_cents <> l.debit_cents - l.credit_cents
       AND p.amount_cents <> l.debit_cents - l.credit_cents - coalesce((
               SELECT sum(r.amount_cents)
                 FROM comptabilite_ecriture e
                 JOIN payments_transaction t ON t.caisse_id = e.caisse_id AND t.uuid = e.source_id
                  AND t.boutique_id = p.boutique_id
                 JOIN payments_refund r ON r.transaction_id = t.id AND r.kind = 'REDUCTION'
                  AND r.status = 'DONE'
                WHERE e.id = l.ecriture_id), 0)
     LIMIT 1;
    IF wrong.stranger THEN
        RAISE EXCEPTION 'inv08: match % joins a line of another fund, or none', wrong.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'inv08_appariement_lines';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'inv21: match % says % on one side and % on the other', wrong.id, wrong.said, wrong.written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_pairs_agree';
    END IF;
    RETURN NULL;
END $$;
ALTER TABLE rapprochement_appariement DROP CONSTRAINT inv08_appariement_plateforme;
ALTER TABLE rapprochement_appariement DROP CONSTRAINT inv08_appariement_ligne;
