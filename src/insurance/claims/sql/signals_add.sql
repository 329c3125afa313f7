-- What photos' own words say; what was said before stays said once. $1 claim, $2 region, $3 insurer, $4 found at, then in step:
-- $5 papers, $6 kinds, $7 facts
INSERT INTO claim_signal (claim_id, region_path, insurer_id, document_id, kind, facts, found_at)
SELECT $1, $2, $3, told.document_id, told.kind, told.facts, $4
FROM unnest($5::bigint[], $6::text[], $7::jsonb[]) AS told (document_id, kind, facts)
ON CONFLICT DO NOTHING
