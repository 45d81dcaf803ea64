DROP TRIGGER inv18_undo_lettrage ON comptabilite_lettrage;
DROP FUNCTION comptabilite_undo_lettrage();
DROP TRIGGER inv18_ligne_leaves_with_its_lettrage ON comptabilite_lignelettree;
DROP TRIGGER inv18_lettrage_undone_once ON comptabilite_lettrage;
DROP FUNCTION comptabilite_lettrage_guard();
DROP TRIGGER inv18_lettrage_balanced ON comptabilite_lignelettree;
DROP FUNCTION comptabilite_lettrage_balanced();
DROP TRIGGER inv18_letter_given_once ON comptabilite_lettrage;
DROP FUNCTION comptabilite_letter();
