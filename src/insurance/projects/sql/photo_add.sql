-- One picture beside each of its papers. $1 papers, $2 claim or null, $3 width, $4 height, $5 taken at, $6 latitude, $7 longitude,
-- $8 device, $9 likeness, $10 copy
INSERT INTO photo (document_id, region_path, insurer_id, claim_id, width_px, height_px, taken_at, latitude, longitude, device, likeness,
    copy_sha256)
SELECT d.id, d.region_path, d.insurer_id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM document d WHERE d.id = ANY ($1::bigint[])
ORDER BY d.id
ON CONFLICT DO NOTHING
