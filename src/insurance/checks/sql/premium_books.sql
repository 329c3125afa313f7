-- Of every policy the books say what its payers and its insurer stand at: 1101 and 1102 due - refunded - received + paid back, 2001 what is
-- owed to the insurer, 1001 what is held; nothing is held below zero.
WITH book AS (
    SELECT t.policy_id,
           sum(CASE '1101' WHEN t.debit THEN t.amount_fen WHEN t.credit THEN -t.amount_fen ELSE 0 END) AS public_fen,
           sum(CASE '1102' WHEN t.debit THEN t.amount_fen WHEN t.credit THEN -t.amount_fen ELSE 0 END) AS own_fen,
           sum(CASE '2001' WHEN t.credit THEN t.amount_fen WHEN t.debit THEN -t.amount_fen ELSE 0 END) AS owed_fen,
           sum(CASE '1001' WHEN t.debit THEN t.amount_fen WHEN t.credit THEN -t.amount_fen ELSE 0 END) AS held_fen
    FROM (SELECT substring(subject FROM '(?:^|/)policy:([0-9]+)$')::bigint AS policy_id, debit, credit, amount_fen
          FROM transfer WHERE kind IN ('POSTED', 'POST')) t
    WHERE t.policy_id IS NOT NULL
    GROUP BY t.policy_id
), stands AS (
    SELECT s.policy_id, coalesce(sum(s.open_fen) FILTER (WHERE s.payer <> 'INSURED'), 0) AS public_fen,
           coalesce(sum(s.open_fen) FILTER (WHERE s.payer = 'INSURED'), 0) AS own_fen, sum(s.owed_fen) AS owed_fen, sum(s.held_fen) AS held_fen,
           min(s.held_fen) AS least_held_fen
    FROM premium_standing('infinity') s GROUP BY s.policy_id
)
SELECT 'policy ' || coalesce(p.number, coalesce(s.policy_id, b.policy_id)::text) || ': its payers stand at ' || coalesce(s.public_fen, 0) || ' and '
       || coalesce(s.own_fen, 0) || ' fen, its insurer at ' || coalesce(s.owed_fen, 0) || ', held ' || coalesce(s.held_fen, 0) || '; the books say '
       || coalesce(b.public_fen, 0) || ' and ' || coalesce(b.own_fen, 0) || ', ' || coalesce(b.owed_fen, 0) || ', ' || coalesce(b.held_fen, 0) AS offence
FROM stands s FULL JOIN book b ON b.policy_id = s.policy_id
LEFT JOIN policy p ON p.id = coalesce(s.policy_id, b.policy_id)
WHERE (coalesce(s.public_fen, 0), coalesce(s.own_fen, 0), coalesce(s.owed_fen, 0), coalesce(s.held_fen, 0))
      IS DISTINCT FROM (coalesce(b.public_fen, 0), coalesce(b.own_fen, 0), coalesce(b.owed_fen, 0), coalesce(b.held_fen, 0))
   OR s.least_held_fen < 0
