-- Invariant 21: a match says the same amount on both sides (what is left of a payment after its
-- reductions, once remitted); an imputation's écriture moves the bank's account by exactly what the
-- bank says; a remittance is never brought twice.
CREATE FUNCTION rapprochement_pairs_agree() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER inv21_pairs_agree AFTER INSERT ON rapprochement_appariement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rapprochement_pairs_agree();

CREATE FUNCTION rapprochement_bank_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said bigint;
    written bigint;
BEGIN
    SELECT b.amount_cents, coalesce(sum(l.debit_cents - l.credit_cents), 0) INTO said, written
      FROM rapprochement_lignebanque b
      JOIN rapprochement_releve r ON r.id = b.releve_id AND r.caisse_id = b.caisse_id
      JOIN rapprochement_comptebancaire k ON k.id = r.compte_bancaire_id AND k.caisse_id = b.caisse_id
      LEFT JOIN comptabilite_ligne l ON l.ecriture_id = NEW.ecriture_id AND l.caisse_id = b.caisse_id
           AND l.compte_id = k.compte_id
     WHERE b.id = NEW.ligne_id AND b.caisse_id = NEW.caisse_id
     GROUP BY b.amount_cents;
    IF said IS DISTINCT FROM written THEN
        RAISE EXCEPTION 'inv21: the bank says % and its account %', said, written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_bank_agrees';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv21_bank_agrees AFTER INSERT ON rapprochement_imputation
    FOR EACH ROW EXECUTE FUNCTION rapprochement_bank_agrees();

CREATE FUNCTION rapprochement_remise_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told bigint;
    brought bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('remise', NEW.remise_id));
    SELECT r.gross_cents, sum(x.gross_cents) INTO told, brought
      FROM rapprochement_remise r
      JOIN rapprochement_remisebanque x ON x.remise_id = r.id AND x.caisse_id = r.caisse_id
     WHERE r.id = NEW.remise_id AND r.caisse_id = NEW.caisse_id
     GROUP BY r.gross_cents;
    IF brought * sign(told) < 0 OR abs(brought) > abs(told) THEN
        RAISE EXCEPTION 'inv21: remittance % of % was brought for %', NEW.remise_id, told, brought
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv21_remise_never_above';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inv21_remise_never_above AFTER INSERT ON rapprochement_remisebanque
    FOR EACH ROW EXECUTE FUNCTION rapprochement_remise_once();
