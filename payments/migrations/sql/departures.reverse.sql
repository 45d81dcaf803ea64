DROP TRIGGER inv10_redirection_named_once ON payments_redirection;
DROP FUNCTION payments_name_departure_once();
DROP TRIGGER inv10_redirection_append_only ON payments_redirection;
CREATE TRIGGER inv10_redirection_append_only BEFORE UPDATE OR DELETE ON payments_redirection
    FOR EACH STATEMENT EXECUTE FUNCTION caf_append_only();
