-- Lines read from a file of the platform, from the temporary table {table}. Identifiers are integers
-- and words of the code's own.
INSERT INTO rapprochement_ligneplateforme
       (caisse_id, public_id, fichier_id, boutique_id, kind, rank, transaction_uuid, parent_uuid, trans_id,
        order_reference, operation, status, amount_cents, currency, fee_cents, happened_at, day_on,
        remise_id, reason)
SELECT {caisse}, gen_random_uuid(), {fichier}, {boutique}, '{kind}', rank, transaction_uuid, parent_uuid,
       trans_id, order_reference, operation, status, amount_cents, currency, fee_cents, happened_at, day_on,
       remise_id, reason
  FROM {table}
 ORDER BY seq
