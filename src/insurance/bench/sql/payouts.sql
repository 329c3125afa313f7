-- Released direct orders, each of a payee of its own. $1 ids, $2 tokens, $3 amounts, $4 days, $5 digests, $6 maker, $7 checker, $8 insurer, $9 region
INSERT INTO payout (id, number, part_id, region_path, insurer_id, token, amount_fen, payee_name, payee_bank, payee_account_cipher,
    payee_account_digest, payee_account_tail, memo, state, ordered_by, ordered_at, ordered_on, released_by, released_at, version)
SELECT n.id, 'FK2019-' || n.id, n.id, $9::text, $8::bigint, n.token, n.amount_fen, '第' || n.id || '号大棚合作社', '枣庄农村商业银行', 'x'::bytea, n.digest,
    lpad((n.id % 10000)::text, 4, '0'), '农业保险赔款', 'RELEASED', $6::bigint, n.ordered_on, n.ordered_on, $7::bigint, n.ordered_on, 2
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::date[], $5::bytea[]) AS n (id, token, amount_fen, ordered_on, digest)
