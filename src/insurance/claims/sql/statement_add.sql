-- A statement with its lines. $1 claim, $2 region path, $3 insurer, $4 from_on, $5 last_on, $6 closed_on, $7 signed_on, $8 signed_by,
-- $9 the one it supersedes or null, $10 note, $11 filed_by, $12 filed_at, $13 filed_on; per line $14 kinds, $15 amounts, $16 documents, $17 notes
WITH made AS (
    INSERT INTO income_statement (claim_id, region_path, insurer_id, from_on, last_on, closed_on, signed_on, signed_by, supersedes_id, note,
        filed_by, filed_at, filed_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    RETURNING id, claim_id, region_path, insurer_id
), lines AS (
    INSERT INTO income_statement_line (statement_id, claim_id, region_path, insurer_id, ordinal, kind, amount_fen, document_id, note)
    SELECT m.id, m.claim_id, m.region_path, m.insurer_id, n.ordinal, n.kind, n.amount, n.document, n.note
    FROM made m
    CROSS JOIN unnest($14::text[], $15::bigint[], $16::bigint[], $17::text[]) WITH ORDINALITY AS n (kind, amount, document, note, ordinal)
)
SELECT id FROM made
