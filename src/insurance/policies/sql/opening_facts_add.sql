-- What the workbook said of policies just written. $1 policies, $2 rows of the sheet each took, $3 stated, $4 assets, $5 digests,
-- $6 premiums still unpaid; for all of them $7 the import
INSERT INTO policy_opening (policy_id, region_path, insurer_id, import_id, row_count, stated, assets, digest, unpaid_fen)
SELECT p.id, p.region_path, p.insurer_id, $7, n.row_count, n.stated::jsonb, n.assets::jsonb, n.digest, n.unpaid_fen
FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::bytea[], $6::bigint[])
     AS n (policy_id, row_count, stated, assets, digest, unpaid_fen)
JOIN policy p ON p.id = n.policy_id
