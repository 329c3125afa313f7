-- Bring a policy to where its newest endorsement leaves it. $1 policy, $2 its version before, $3 state, $4 sum insured, $5 premium,
-- $6 insured, $7 first day without cover or null, $8 never covered, $9 ownership, $10 operation, $11 situation known now, $12 application,
-- $13 title
UPDATE policy SET version = version + 1, state = $3, sum_insured_fen = $4, premium_fen = $5, insured_party_id = $6,
    period = CASE WHEN $7::date IS NULL THEN period ELSE daterange(lower(period), $7) END, never_covered = $8, known_ownership = $9,
    known_operation = $10, known_situation = $11, application_document_id = $12, title_document_id = $13
WHERE id = $1 AND version = $2
RETURNING version
