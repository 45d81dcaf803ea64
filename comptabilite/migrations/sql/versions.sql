-- Invariant 19, with its races: what writes in the books holds the lock of closings shared, what
-- changes a version that rules takes it alone. A booking under way ends first; the next one reads
-- the rules after it. A version begins after the closed days and before any écriture.
CREATE OR REPLACE FUNCTION comptabilite_schema_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ruled boolean := TG_OP <> 'INSERT' AND OLD.status = 'ADOPTE';
    rules boolean := TG_OP <> 'DELETE' AND NEW.status = 'ADOPTE';
    fund bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.caisse_id ELSE NEW.caisse_id END;
    since date;
BEGIN
    IF ruled OR rules THEN
        since := least(CASE WHEN ruled THEN OLD.effective_on END, CASE WHEN rules THEN NEW.effective_on END);
        PERFORM pg_advisory_xact_lock(hashtextextended('cloture', fund));
        IF comptabilite_open_day(fund, since) > since
           OR EXISTS (SELECT FROM comptabilite_ecriture WHERE caisse_id = fund AND accounting_on >= since) THEN
            RAISE EXCEPTION 'inv19: fund % has écritures or a closed day on % or later', fund, since
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inv19_schema_frozen';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

-- Its parts neither: a rule once it wrote something, a name once anything was written under it.
-- A version made before names had a table may receive the name that held: nothing changes by it.
CREATE OR REPLACE FUNCTION comptabilite_schema_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    version record;
    used boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    SELECT status, effective_on INTO version FROM comptabilite_schemacomptable
     WHERE id = part.schema_id AND caisse_id = part.caisse_id;
    IF version.status IS DISTINCT FROM 'ADOPTE' THEN
        RETURN part;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('cloture', part.caisse_id));
    used := EXISTS (SELECT FROM comptabilite_ecriture
                     WHERE caisse_id = part.caisse_id AND accounting_on >= version.effective_on
                       AND (TG_TABLE_NAME <> 'comptabilite_reglecomptable'
                            OR event = to_jsonb(part) ->> 'event'));
    IF used AND TG_OP = 'INSERT' AND TG_TABLE_NAME = 'comptabilite_compteschema' THEN
        used := part.label <> (SELECT label FROM comptabilite_compte WHERE id = part.compte_id);
    ELSIF used AND TG_OP = 'INSERT' AND TG_TABLE_NAME = 'comptabilite_journalschema' THEN
        used := part.label <> (SELECT label FROM comptabilite_journal WHERE id = part.journal_id);
    END IF;
    IF used THEN
        RAISE EXCEPTION 'inv19: scheme % wrote something, its parts do not change', part.schema_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv19_schema_frozen';
    END IF;
    RETURN part;
END $$;

-- What an account or a journal was called when it was opened is what a version without a word on
-- it says for ever: another name is the matter of another version.
CREATE TRIGGER inv19_compte_named_once BEFORE UPDATE OR DELETE ON comptabilite_compte
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv19_journal_named_once BEFORE UPDATE OR DELETE ON comptabilite_journal
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();

-- The rules of the first open day from a day: one statement for a booking. The lock comes before
-- the reading, so that a version adopted while the booking waited is seen.
CREATE FUNCTION comptabilite_rules_of_open_day(fund bigint, fact_on date, events text[])
RETURNS TABLE (id bigint, caisse_id bigint, schema_id bigint, event varchar, famille varchar,
               journal_id bigint, debit_id bigint, credit_id bigint, debit_auxiliaire varchar,
               credit_auxiliaire varchar, open_on date)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    day date;
BEGIN
    day := comptabilite_open_day(fund, fact_on);
    RETURN QUERY
    SELECT r.id, r.caisse_id, r.schema_id, r.event, r.famille, r.journal_id, r.debit_id, r.credit_id,
           d.auxiliaire, c.auxiliaire, day
      FROM comptabilite_reglecomptable r
      LEFT JOIN comptabilite_compteschema d ON d.schema_id = r.schema_id AND d.compte_id = r.debit_id
      LEFT JOIN comptabilite_compteschema c ON c.schema_id = r.schema_id AND c.compte_id = r.credit_id
     WHERE r.caisse_id = fund AND r.event = ANY (events)
       AND r.schema_id = (SELECT s.id FROM comptabilite_schemacomptable s
                           WHERE s.caisse_id = fund AND s.status = 'ADOPTE' AND s.effective_on <= day
                           ORDER BY s.effective_on DESC LIMIT 1)
     ORDER BY r.id;
END $$;

-- What each account and journal is called, by accounting date: "until" is the day after the last,
-- nothing for the version that rules for now. What no version names keeps its first name.
CREATE VIEW comptabilite_version WITH (security_invoker = true) AS
SELECT caisse_id, id AS schema_id,
       CASE WHEN lag(effective_on) OVER w IS NULL THEN date '0001-01-01' ELSE effective_on END AS since,
       lead(effective_on) OVER w AS until
  FROM comptabilite_schemacomptable
 WHERE status = 'ADOPTE'
WINDOW w AS (PARTITION BY caisse_id ORDER BY effective_on);

CREATE VIEW comptabilite_nom_compte WITH (security_invoker = true) AS
SELECT c.caisse_id, c.id AS compte_id, c.number, coalesce(n.label, c.label) AS label, v.since, v.until
  FROM comptabilite_compte c
  JOIN comptabilite_version v ON v.caisse_id = c.caisse_id
  LEFT JOIN comptabilite_compteschema n ON n.schema_id = v.schema_id AND n.compte_id = c.id;

CREATE VIEW comptabilite_nom_journal WITH (security_invoker = true) AS
SELECT j.caisse_id, j.id AS journal_id, j.code, coalesce(n.label, j.label) AS label,
       coalesce(n.kind, j.kind) AS kind, v.since, v.until
  FROM comptabilite_journal j
  JOIN comptabilite_version v ON v.caisse_id = j.caisse_id
  LEFT JOIN comptabilite_journalschema n ON n.schema_id = v.schema_id AND n.journal_id = j.id;
