DROP VIEW comptabilite_nom_journal;
DROP VIEW comptabilite_nom_compte;
DROP VIEW comptabilite_version;
DROP FUNCTION comptabilite_rules_of_open_day(bigint, date, text[]);
DROP TRIGGER inv19_journal_named_once ON comptabilite_journal;
DROP TRIGGER inv19_compte_named_once ON comptabilite_compte;
CREATE OR REPLACE FUNCTION comptabilite_schema_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since date := CASE WHEN TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.status = 'ADOPTE')
                       THEN OLD.effective_on ELSE NEW.effective_on END;
    ruled boolean := (TG_OP <> 'INSERT' AND OLD.status = 'ADOPTE') OR (TG_OP <> 'DELETE' AND NEW.status = 'ADOPTE');
    fund bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.caisse_id ELSE NEW.caisse_id END;
BEGIN
    IF ruled THEN
        PERFORM comptabilite_open_day(fund, since);
        IF EXISTS (SELECT FROM comptabilite_ecriture WHERE caisse_id = fund AND accounting_on >= since) THEN
            RAISE EXCEPTION 'inv19: fund % has écritures on % or later', fund, since
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inv19_schema_frozen';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

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
    IF TG_TABLE_NAME = 'comptabilite_reglecomptable' THEN
        used := EXISTS (SELECT FROM comptabilite_ecriture
                         WHERE caisse_id = part.caisse_id AND event = part.event
                           AND accounting_on >= version.effective_on);
    ELSE
        used := EXISTS (SELECT FROM comptabilite_ecriture
                         WHERE caisse_id = part.caisse_id AND accounting_on >= version.effective_on);
    END IF;
    IF used THEN
        RAISE EXCEPTION 'inv19: scheme % wrote something, its parts do not change', part.schema_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inv19_schema_frozen';
    END IF;
    RETURN part;
END $$;
