-- One content filed to many projects of the scope: each project with its new document, null where it was on file already.
-- $1 projects, $2 insurer or null, $3 kind, $4 sha256, $5 media, $6 bytes, $7 file name, $8 dated on, $9 filed by, $10 filed at
WITH named AS (
    SELECT p.id, p.region_path FROM project p WHERE p.id = ANY ($1::bigint[])
), made AS (
    INSERT INTO document (region_path, insurer_id, subject_kind, subject_id, kind, content_sha256, media, byte_count, file_name, dated_on,
        filed_by, filed_at)
    SELECT n.region_path, $2, 'project', n.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM named n ORDER BY n.id
    ON CONFLICT DO NOTHING
    RETURNING id, subject_id
)
SELECT n.id AS project_id, m.id AS document_id FROM named n LEFT JOIN made m ON m.subject_id = n.id ORDER BY n.id
