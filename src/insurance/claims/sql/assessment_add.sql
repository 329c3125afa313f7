-- A new version of the assessment with its lines.
-- $1 claim, $2 region path, $3 insurer, $4 assessor, $5 assessed_at, $6 terms version, $7 checksum, $8 inputs, $9 steps, $10 indemnity,
-- $11 total, $12 payable, $13 note; per line $14 items, $15 values, $16 sums insured, $17 reported, $18 losses, $19 salvages, $20 nets, $21 notes
WITH made AS (
    INSERT INTO assessment (claim_id, region_path, insurer_id, version, assessor_id, assessed_at, terms_version, terms_checksum, inputs,
        steps, indemnity_fen, total_fen, payable_fen, note)
    SELECT $1, $2, $3, coalesce(max(a.version), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM assessment a WHERE a.claim_id = $1
    RETURNING id, claim_id, region_path, insurer_id, version
), lines AS (
    INSERT INTO assessment_line (assessment_id, claim_id, region_path, insurer_id, ordinal, policy_item_id, value_fen, sum_insured_fen,
        reported_fen, loss_fen, salvage_fen, net_fen, note)
    SELECT m.id, m.claim_id, m.region_path, m.insurer_id, n.ordinal, n.item, n.value, n.sum_insured, n.reported, n.loss, n.salvage, n.net, n.note
    FROM made m
    CROSS JOIN unnest($14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::text[])
        WITH ORDINALITY AS n (item, value, sum_insured, reported, loss, salvage, net, note, ordinal)
)
SELECT id, version FROM made
