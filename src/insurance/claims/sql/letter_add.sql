-- A letter as it is issued; its place among its kind was counted with the claim held. Answers its id.
-- $1 claim, $2 region, $3 insurer, $4 kind, $5 ordinal, $6 number, $7 claim's version, $8 letter it replaces, $9 words' version,
-- $10 their checksum, $11 facts, $12 content, $13 code, $14 business day, $15 instant, $16 user
INSERT INTO letter (claim_id, region_path, insurer_id, kind, ordinal, number, claim_version, replaces_id, words_version, words_checksum,
    facts, content, code, issued_on, issued_at, issued_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
RETURNING id
