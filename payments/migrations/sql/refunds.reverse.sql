DROP TRIGGER inv07_refund_never_above ON payments_refund;
DROP FUNCTION payments_check_refund();
