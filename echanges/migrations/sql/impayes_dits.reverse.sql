DROP TRIGGER fait_of_mouvement ON allocataires_mouvement;
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ('CARTE', 'REMBOURSEMENT', 'REMISE', 'ANNULATION', 'AJUSTEMENT_BAISSE', 'PETIT_MONTANT',
                       'NON_VALEUR', 'TRANSFERT')
          AND coalesce(current_setting('echanges.loading', true), '') = '')
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');
