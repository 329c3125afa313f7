-- The photos of a claim that are worth a question, with what is held against them. A demo holds the business day still and cameras do not:
-- what counts is the later of business and recorded time. $1 claim, $2 kinds of papers, $3 one paper or null
SELECT p.document_id, p.taken_at, p.latitude::float8 AS latitude, p.longitude::float8 AS longitude, greatest(d.filed_at, d.recorded_at) AS filed_at,
       lower(y.period) AS inception_on
FROM photo p
JOIN document d ON d.id = p.document_id
JOIN claim c ON c.id = p.claim_id
JOIN policy y ON y.id = c.policy_id
WHERE p.claim_id = $1 AND d.kind = ANY ($2::text[]) AND ($3::bigint IS NULL OR p.document_id = $3)
ORDER BY p.document_id
