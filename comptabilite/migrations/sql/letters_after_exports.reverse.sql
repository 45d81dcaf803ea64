DROP TRIGGER inv19_letter_after_exports ON comptabilite_lettrage;
DROP FUNCTION comptabilite_letter_after_exports();
