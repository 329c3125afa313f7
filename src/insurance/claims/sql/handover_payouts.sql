-- Payouts of the old insurers' claims that are ordered and not yet arrived, and money that came back and was not ordered anew.
-- $1 counties, $2 covers, $3 old insurers, in step, $4 the day
SELECT o.number, c.county_code, c.cover, c.number AS claim_number, o.payee_name, o.payee_account_tail, o.amount_fen, o.state, o.ordered_on, o.returned_on
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN claim c ON c.county_code = n.county_code AND c.cover = n.cover AND c.insurer_id = n.insurer_id
JOIN claim_part t ON t.claim_id = c.id
JOIN payout o ON o.part_id = t.id
WHERE c.loss_on < $4 AND (o.state IN ('ORDERED', 'RELEASED')
    OR (o.state = 'RETURNED' AND NOT EXISTS (SELECT FROM payout z WHERE z.part_id = o.part_id AND z.id > o.id AND z.state <> 'CANCELLED')))
ORDER BY c.county_code, c.cover, o.ordered_on, o.number
