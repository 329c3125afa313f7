-- Write the transfers of an act; a POST or VOID ends its subject's open pending transfer.
-- $1 kinds, $2 events, $3 debits, $4 credits, $5 amounts, $6 days, $7 subjects, $8 regions, $9 insurers, $10 maker
INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT n.kind,
       CASE WHEN n.kind IN ('POST', 'VOID') THEN (
           SELECT p.id FROM transfer p
           WHERE p.subject = n.subject AND p.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = p.id)
           ORDER BY p.id DESC LIMIT 1) END,
       n.event, n.debit, n.credit, n.amount_fen, n.booked_on, n.subject, n.region_path, n.insurer_id, $10
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::date[], $7::text[], $8::text[], $9::bigint[]) WITH ORDINALITY
     AS n (kind, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, place)
ORDER BY n.place
