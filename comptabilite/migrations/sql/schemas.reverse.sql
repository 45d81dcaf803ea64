DROP TRIGGER inv19_compte_frozen ON comptabilite_compteschema;
DROP TRIGGER inv19_journal_frozen ON comptabilite_journalschema;
DROP TRIGGER inv19_regle_frozen ON comptabilite_reglecomptable;
DROP FUNCTION comptabilite_schema_part_frozen();
DROP TRIGGER inv19_schema_frozen ON comptabilite_schemacomptable;
DROP FUNCTION comptabilite_schema_frozen();
