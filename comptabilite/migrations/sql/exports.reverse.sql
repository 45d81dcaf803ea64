DROP TRIGGER inv01_morceau_kept ON comptabilite_morceauexport;
DROP FUNCTION comptabilite_morceau_kept();
DROP TRIGGER inv01_export_kept ON comptabilite_export;
DROP FUNCTION comptabilite_export_kept();
