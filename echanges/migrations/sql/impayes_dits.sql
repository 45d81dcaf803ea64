-- A payment by card that the bank took back starts in the portal, since the platform's files are read there: it is told like
-- a refund. What a file of the fund's brings is not told back to it, an unpaid cheque no more than the rest.
DROP TRIGGER fait_of_mouvement ON allocataires_mouvement;
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ('CARTE', 'REMBOURSEMENT', 'IMPAYE', 'REMISE', 'ANNULATION', 'AJUSTEMENT_BAISSE', 'PETIT_MONTANT',
                       'NON_VALEUR', 'TRANSFERT')
          AND coalesce(current_setting('echanges.loading', true), '') = '')
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');
