-- One order, its number and its place in the day's tokens from the sequence (gaps allowed).
INSERT INTO payout (number, part_id, part_version, region_path, insurer_id, token, amount_fen, payee_name, payee_bank,
    payee_account_cipher, payee_account_digest, payee_account_tail, memo, state, ordered_by, ordered_at, ordered_on, mode, paying_account_id, payee_bank_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'ORDERED', $14, $15, $16, $17, $18, $19)
RETURNING id
