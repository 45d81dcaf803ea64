DROP VIEW rapprochement_ligne_511;
DROP VIEW rapprochement_operation;
DROP VIEW rapprochement_compte_plateforme;
