-- Record an endorsement with its lines and shares; the number comes from a sequence. $1 policy, $2 the version it leads to, $3 kind,
-- $4 ground, $5 effective_on, $6 made_on, $7 reason, $8 document, $9 claim, $10 inputs, $11 basis, $12 steps, $13 judgement, $14 charged,
-- $15 returned, $16 sum after, $17 insured after, $18 ends_before, $19 made by; $20 lines, $21 their charges, $22 their returns,
-- $23 their restored sums; $24 payers, $25 their differences; $26 notes
WITH made AS (
    INSERT INTO endorsement (number, policy_id, region_path, insurer_id, policy_version, kind, ground, effective_on, made_on, terms_version,
        terms_checksum, reason, document_id, claim_id, inputs, basis, steps, judgement, notes, charged_fen, returned_fen, premium_before_fen,
        premium_after_fen, sum_before_fen, sum_after_fen, insured_before_id, insured_after_id, ends_before, made_by)
    SELECT 'PG' || to_char($6::date, 'YYYY') || '-' || lpad(s.drawn, greatest(6, length(s.drawn)), '0'), p.id, p.region_path, p.insurer_id, $2,
        $3, $4, $5::date, $6, p.terms_version, p.terms_checksum, $7, $8, $9, $10, $11, $12, $13, $26, $14::bigint, $15::bigint, p.premium_fen,
        p.premium_fen + $14 - $15, p.sum_insured_fen, $16, CASE WHEN $17::bigint IS NOT NULL THEN p.insured_party_id END, $17, $18, $19
    FROM policy p CROSS JOIN LATERAL (SELECT nextval('endorsement_number')::text AS drawn) s
    WHERE p.id = $1
    RETURNING id, number, policy_id, region_path, insurer_id
), lines AS (
    INSERT INTO endorsement_line (endorsement_id, policy_item_id, policy_id, region_path, insurer_id, charged_fen, returned_fen, restored_fen)
    SELECT m.id, n.item, m.policy_id, m.region_path, m.insurer_id, n.charged, n.returned, n.restored
    FROM made m CROSS JOIN unnest($20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[]) AS n (item, charged, returned, restored)
), shares AS (
    INSERT INTO endorsement_share (endorsement_id, policy_id, region_path, insurer_id, payer, amount_fen)
    SELECT m.id, m.policy_id, m.region_path, m.insurer_id, n.payer, n.fen
    FROM made m CROSS JOIN unnest($24::text[], $25::bigint[]) AS n (payer, fen)
)
SELECT id, number FROM made
