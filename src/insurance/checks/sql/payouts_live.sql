-- One live payout per part (the database forbids more; this holds also when the index is gone), always of the part's own amount.
SELECT 'claim part ' || p.part_id || ' has ' || count(*) || ' live payouts' AS offence
FROM payout p WHERE p.state IN ('ORDERED', 'RELEASED', 'PARTIAL', 'SETTLED') GROUP BY p.part_id HAVING count(*) > 1
UNION ALL
SELECT 'payout ' || p.number || ' is over ' || p.amount_fen || ' fen, its claim part over ' || c.amount_fen
FROM payout p JOIN claim_part c ON c.id = p.part_id WHERE p.amount_fen <> c.amount_fen
UNION ALL
SELECT 'payout ' || p.number || ' was ordered and released by one person' FROM payout p WHERE p.released_by = p.ordered_by
