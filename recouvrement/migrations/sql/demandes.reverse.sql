DROP TRIGGER inv01_mutation_append_only ON recouvrement_mutation;
DROP TRIGGER inv06_demande_filed_first ON recouvrement_demande;
DROP FUNCTION recouvrement_open_demande();
DROP TRIGGER inv06_demande_answered_once ON recouvrement_demande;
DROP FUNCTION recouvrement_answer_demande();
