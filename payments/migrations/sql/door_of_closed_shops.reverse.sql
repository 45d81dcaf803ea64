CREATE OR REPLACE FUNCTION payments_enter_boutique(site varchar, platform_mode varchar) RETURNS SETOF payments_boutique
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    shop payments_boutique%ROWTYPE;
BEGIN
    SELECT * INTO shop FROM payments_boutique b WHERE b.site_id = site AND b.mode = platform_mode AND b.active;
    IF FOUND THEN
        PERFORM set_config('caf.caisses', '{' || shop.caisse_id || '}', true);
        RETURN NEXT shop;
    END IF;
END $$;
