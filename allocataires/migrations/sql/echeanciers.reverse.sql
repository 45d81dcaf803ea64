DROP TRIGGER inv06_echeance_moves ON allocataires_echeance;
DROP FUNCTION allocataires_move_echeance();
DROP TRIGGER inv05_echeance_sum ON allocataires_echeance;
DROP TRIGGER inv05_echeancier_sum ON allocataires_echeancier;
DROP FUNCTION allocataires_echeances_sum();
