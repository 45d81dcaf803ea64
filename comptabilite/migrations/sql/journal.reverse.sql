DROP TRIGGER inv02_ligne_balanced ON comptabilite_ligne;
DROP TRIGGER inv02_ecriture_balanced ON comptabilite_ecriture;
DROP FUNCTION comptabilite_ecriture_balanced();
DROP TRIGGER inv01_ligne_append_only ON comptabilite_ligne;
DROP TRIGGER inv01_ecriture_append_only ON comptabilite_ecriture;
