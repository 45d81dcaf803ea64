-- Every movement that starts here is told (ADR 0012): cards and what becomes of them, what an agent or an answer takes off,
-- what leaves for another fund. What a file brings is not told back to it: its load says so with the setting below, and
-- takes it away. Withholdings, cheques, transfers, cash and what is unpaid start nowhere else than in the fund's software.
DROP TRIGGER fait_of_mouvement ON allocataires_mouvement;
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ('CARTE', 'REMBOURSEMENT', 'REMISE', 'ANNULATION', 'AJUSTEMENT_BAISSE', 'PETIT_MONTANT',
                       'NON_VALEUR', 'TRANSFERT')
          AND coalesce(current_setting('echanges.loading', true), '') = '')
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');

-- A debt that comes from another fund is new to the software of this one: its first movement is told.
CREATE FUNCTION echanges_note_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.echanges_faitsortant (caisse_id, kind, subject_id, state, source_key, noted_at)
    SELECT NEW.caisse_id, 'MOUVEMENT', m.id, '', 'mouvement:' || m.id, now()
      FROM public.allocataires_mouvement m
     WHERE m.caisse_id = NEW.caisse_id AND m.creance_id = NEW.creance_id AND m.rank = 1
    ON CONFLICT (caisse_id, source_key) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER fait_of_arrival AFTER INSERT ON recouvrement_mutation FOR EACH ROW
    WHEN (NEW.side = 'ARRIVEE')
    EXECUTE FUNCTION echanges_note_arrival();
