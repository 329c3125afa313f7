-- A dry run, from its columns as JSON ($1); $2 by whom, $3 business instant, $4 business day.
INSERT INTO register_import (region_path, file_name, content_sha256, state, row_count, created_count, updated_count, unchanged_count,
    faulty_count, skipped_count, faults, notes, made_by, made_at, made_on)
SELECT r.region_path, r.file_name, r.content_sha256, 'DRY', r.row_count, r.created_count, r.updated_count, r.unchanged_count,
    r.faulty_count, r.skipped_count, r.faults, r.notes, $2, $3, $4
FROM jsonb_populate_record(NULL::register_import, $1) r
RETURNING id
