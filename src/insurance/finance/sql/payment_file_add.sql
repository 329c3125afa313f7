-- A file and its lines. $1 payouts in order, $2 number, $3 account, $4 execution, $5 sum, $6 hash of the message, $7 of the workbook,
-- $8 maker, $9 made_at, $10 made_on
WITH made AS (
    INSERT INTO payment_file (number, paying_account_id, execution_on, line_count, sum_fen, message_sha256, workbook_sha256, state, made_by,
        made_at, made_on)
    VALUES ($2, $3, $4, cardinality($1::bigint[]), $5, $6, $7, 'MADE', $8, $9, $10)
    RETURNING id
), lines AS (
    INSERT INTO payment_file_line (file_id, ordinal, payout_id)
    SELECT m.id, n.ordinal, n.payout_id FROM made m CROSS JOIN unnest($1::bigint[]) WITH ORDINALITY AS n (payout_id, ordinal)
)
SELECT id FROM made
