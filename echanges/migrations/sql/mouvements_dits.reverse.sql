DROP TRIGGER fait_of_arrival ON recouvrement_mutation;
DROP FUNCTION echanges_note_arrival();
DROP TRIGGER fait_of_mouvement ON allocataires_mouvement;
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ('CARTE', 'REMBOURSEMENT'))
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');
