-- Write the transfers of an act on one subject; a POST or VOID ends the subject's open pending transfer.
-- $1 kinds, $2 events, $3 debits, $4 credits, $5 amounts, $6 booked_on, $7 subject, $8 region, $9 insurer, $10 maker
INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT n.kind,
       CASE WHEN n.kind IN ('POST', 'VOID') THEN (
           SELECT p.id FROM transfer p
           WHERE p.subject = $7 AND p.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = p.id)
           ORDER BY p.id DESC LIMIT 1) END,
       n.event, n.debit, n.credit, n.amount_fen, $6, $7, $8, $9, $10
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY
     AS n (kind, event, debit, credit, amount_fen, place)
ORDER BY n.place
