-- What is still to come back to the old insurers of claims before a change. $1 counties, $2 covers, $3 old insurers, in step, $4 the day
SELECT r.id, c.county_code, c.cover, c.number AS claim_number, r.kind, r.counterparty, r.since_on, r.expected_fen, r.expected_fen - m.moved_fen AS left_fen
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN claim c ON c.county_code = n.county_code AND c.cover = n.cover AND c.insurer_id = n.insurer_id
JOIN recovery r ON r.claim_id = c.id
CROSS JOIN LATERAL (SELECT coalesce(sum(v.amount_fen), 0)::bigint AS moved_fen FROM recovery_movement v WHERE v.recovery_id = r.id) m
WHERE c.loss_on < $4 AND r.expected_fen > m.moved_fen
ORDER BY c.county_code, c.cover, r.since_on, r.id
