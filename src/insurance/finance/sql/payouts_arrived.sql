-- Orders as the bank has now shown them. $1 ids, $2 states, $3 days (null unless settled)
UPDATE payout p
SET state = n.state, settled_on = n.settled_on, version = p.version + 1
FROM unnest($1::bigint[], $2::text[], $3::date[]) AS n (id, state, settled_on)
WHERE p.id = n.id
RETURNING p.id, p.part_id, p.amount_fen, p.region_path, p.insurer_id
