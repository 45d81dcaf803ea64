-- What accounts 511x hold, by accounting day and event, as the lines say: totals of closed days are
-- made of it when they close, and days that are open are read through it. A look by index for each
-- journal.
CREATE VIEW rapprochement_jour_511 WITH (security_invoker = true) AS
SELECT j.caisse_id, l.compte_id, e.accounting_on AS day_on, e.event,
       (count(DISTINCT e.id) FILTER (WHERE e.reverses_id IS NULL))::integer AS ecritures,
       sum(l.debit_cents - l.credit_cents)::bigint AS amount_cents
  FROM comptabilite_journal j
  JOIN comptabilite_ecriture e ON e.caisse_id = j.caisse_id AND e.journal_id = j.id
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id AND l.caisse_id = j.caisse_id
  -- The sum keeps the planner from looking for the lines by account: a fund has all its years on one.
  JOIN comptabilite_compte k ON k.id = l.compte_id + 0 AND k.caisse_id = j.caisse_id
   AND k.number LIKE '511%'
 GROUP BY j.caisse_id, l.compte_id, e.accounting_on, e.event;

-- Invariant 17: a day is totalled when it closes. Whoever closes holds the books alone: what was being
-- written is there, and nothing comes any more.
CREATE FUNCTION rapprochement_total_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapprochement_totaljour (caisse_id, compte_id, day_on, event, ecritures, amount_cents)
    SELECT s.caisse_id, s.compte_id, s.day_on, s.event, s.ecritures, s.amount_cents
      FROM rapprochement_jour_511 s
     WHERE s.caisse_id = NEW.caisse_id AND s.day_on <= NEW.last_on
       AND s.day_on > coalesce((SELECT max(c.last_on) FROM comptabilite_cloture c
                                 WHERE c.caisse_id = NEW.caisse_id AND c.periode = 'JOUR'
                                   AND c.last_on < NEW.last_on), '-infinity');
    RETURN NULL;
END $$;
CREATE TRIGGER inv17_day_totalled AFTER INSERT ON comptabilite_cloture
    FOR EACH ROW WHEN (NEW.periode = 'JOUR') EXECUTE FUNCTION rapprochement_total_day();

CREATE FUNCTION rapprochement_total_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapprochement_totalfichier (caisse_id, fichier_id, day_on, operations, amount_cents)
    SELECT a.caisse_id, a.fichier_id, a.day_on, count(*), sum(a.amount_cents)
      FROM added a
     WHERE a.kind IN ('JT', 'JO', 'JRI') AND a.amount_cents <> 0
     GROUP BY a.caisse_id, a.fichier_id, a.day_on;
    RETURN NULL;
END $$;
CREATE TRIGGER inv20_file_totalled AFTER INSERT ON rapprochement_ligneplateforme
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rapprochement_total_file();

CREATE TRIGGER inv01_totaljour_append_only BEFORE UPDATE OR DELETE ON rapprochement_totaljour
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_totalfichier_append_only BEFORE UPDATE OR DELETE ON rapprochement_totalfichier
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- What closed days and files hold already. The owner sees rows only while the walls are down for it;
-- the transaction keeps everybody else out.
ALTER TABLE comptabilite_journal NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_compte NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_ecriture NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_ligne NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_cloture NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_ligneplateforme NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_totaljour NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_totalfichier NO FORCE ROW LEVEL SECURITY;
INSERT INTO rapprochement_totaljour (caisse_id, compte_id, day_on, event, ecritures, amount_cents)
SELECT s.caisse_id, s.compte_id, s.day_on, s.event, s.ecritures, s.amount_cents
  FROM rapprochement_jour_511 s
  JOIN (SELECT c.caisse_id, max(c.last_on) AS last_on FROM comptabilite_cloture c
         WHERE c.periode = 'JOUR' GROUP BY c.caisse_id) closed
    ON closed.caisse_id = s.caisse_id AND s.day_on <= closed.last_on;
INSERT INTO rapprochement_totalfichier (caisse_id, fichier_id, day_on, operations, amount_cents)
SELECT p.caisse_id, p.fichier_id, p.day_on, count(*), sum(p.amount_cents)
  FROM rapprochement_ligneplateforme p
 WHERE p.kind IN ('JT', 'JO', 'JRI') AND p.amount_cents <> 0
 GROUP BY p.caisse_id, p.fichier_id, p.day_on;
ALTER TABLE comptabilite_journal FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_compte FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_ecriture FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_ligne FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_cloture FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_ligneplateforme FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_totaljour FORCE ROW LEVEL SECURITY;
ALTER TABLE rapprochement_totalfichier FORCE ROW LEVEL SECURITY;
