DROP TRIGGER inv01_totalfichier_append_only ON rapprochement_totalfichier;
DROP TRIGGER inv01_totaljour_append_only ON rapprochement_totaljour;
DROP TRIGGER inv20_file_totalled ON rapprochement_ligneplateforme;
DROP FUNCTION rapprochement_total_file();
DROP TRIGGER inv17_day_totalled ON comptabilite_cloture;
DROP FUNCTION rapprochement_total_day();
DROP VIEW rapprochement_jour_511;
