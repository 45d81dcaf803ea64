DROP TRIGGER inv03_mouvement_append_only ON allocataires_mouvement;
DROP TRIGGER inv03_creance_balance_guard ON allocataires_creance;
DROP TRIGGER inv03_mouvement_moves_balance ON allocataires_mouvement;
DROP TRIGGER inv03_creance_implanted ON allocataires_creance;
DROP TRIGGER inv03_creance_opens_at_zero ON allocataires_creance;
DROP FUNCTION allocataires_guard_balance();
DROP FUNCTION allocataires_post_mouvement();
DROP FUNCTION allocataires_implant_creance();
DROP FUNCTION allocataires_open_creance();
