DROP TRIGGER inv21_remise_never_above ON rapprochement_remisebanque;
DROP FUNCTION rapprochement_remise_once();
DROP TRIGGER inv21_bank_agrees ON rapprochement_imputation;
DROP FUNCTION rapprochement_bank_agrees();
DROP TRIGGER inv21_pairs_agree ON rapprochement_appariement;
DROP FUNCTION rapprochement_pairs_agree();
