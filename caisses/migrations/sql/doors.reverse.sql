DROP FUNCTION caisses_rights_of(bigint);
DROP POLICY door ON caisses_habilitation;
DROP FUNCTION caf_append_only();
