ALTER TABLE rapprochement_appariement ADD CONSTRAINT inv08_appariement_plateforme
    FOREIGN KEY (caisse_id, plateforme_id) REFERENCES rapprochement_ligneplateforme (caisse_id, id);
ALTER TABLE rapprochement_appariement ADD CONSTRAINT inv08_appariement_ligne
    FOREIGN KEY (caisse_id, ligne_id) REFERENCES comptabilite_ligne (caisse_id, id);
CREATE OR REPLACE FUNCTION rapprochement_pairs_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.id, p.amount_cents AS said, l.debit_cents - l.credit_cents AS written INTO wrong
      FROM added a
      JOIN rapprochement_ligneplateforme p ON p.id = a.plateforme_id
      JOIN comptabilite_ligne l ON l.id = a.ligne_id
     WHERE p.kind <> a.kind OR p.caisse_id <> l.caisse_id
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
    IF FOUND THEN
        RAISE EXCEPTION 'inv21: match % says % on one side and % on the other', wrong.id, wrong.said, wrong.written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_pairs_agree';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION rapprochement_pairs_agree() SET search_path = pg_catalog, public, pg_temp;
