CREATE TRIGGER inv01_evenement_append_only BEFORE UPDATE OR DELETE ON echanges_evenementsortant
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
CREATE TRIGGER inv01_livraison_append_only BEFORE UPDATE OR DELETE ON echanges_livraison
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
