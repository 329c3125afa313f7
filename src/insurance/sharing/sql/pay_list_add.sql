-- A list for the bank with its lines; answers its id. $1 number, $2 distribution, $3 project, $4 region, $5 working, $6 sum, $7 digest,
-- $8 by, $9 at, $10 on; $11 purposes, $12 keys, $13 holders, $14 banks, $15 ciphers, $16 digests, $17 tails, $18 amounts
WITH made AS (
    INSERT INTO sharing_pay_list (number, sharing_id, project_id, region_path, line_count, sum_fen, workbook_sha256, state, made_by, made_at,
                                  made_on)
    VALUES ($1, $2, $3, $4, cardinality($11::text[]), $6, $7, 'MADE', $8, $9, $10)
    RETURNING id
), lines AS (
    INSERT INTO sharing_pay_line (pay_list_id, ordinal, sharing_id, project_id, region_path, working_no, purpose, key, holder_name, bank_name,
                                  account_cipher, account_digest, account_tail, amount_fen)
    SELECT m.id, l.ordinal, $2, $3, $4, $5, l.purpose, l.key, l.holder, l.bank, l.cipher, l.digest, l.tail, l.amount_fen
    FROM made m CROSS JOIN unnest($11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[], $16::bytea[], $17::text[], $18::bigint[])
        WITH ORDINALITY AS l (purpose, key, holder, bank, cipher, digest, tail, amount_fen, ordinal)
)
SELECT id FROM made
