DROP TRIGGER inv23_anomalie_traced ON comptabilite_anomalie;
DROP FUNCTION comptabilite_anomalie_trace();
DROP TRIGGER inv23_anomalie_settled_once ON comptabilite_anomalie;
DROP FUNCTION comptabilite_anomalie_guard();
