-- A dry run, from its columns as JSON ($1); the same file that waits already is the same import, told anew. $2 by whom, $3 when
INSERT INTO opening_import (region_path, kind, file_name, content_sha256, state, row_count, created_count, unchanged_count, faulty_count,
    skipped_count, faults, notes, made_by, made_at)
SELECT r.region_path, r.kind, r.file_name, r.content_sha256, 'DRY', r.row_count, r.created_count, r.unchanged_count, r.faulty_count,
    r.skipped_count, r.faults, r.notes, $2, $3
FROM jsonb_populate_record(NULL::opening_import, $1) r
ON CONFLICT (region_path, kind, content_sha256) WHERE state = 'DRY' DO UPDATE SET
    file_name = excluded.file_name, row_count = excluded.row_count, created_count = excluded.created_count,
    unchanged_count = excluded.unchanged_count, faulty_count = excluded.faulty_count, skipped_count = excluded.skipped_count,
    faults = excluded.faults, notes = excluded.notes, made_by = excluded.made_by, made_at = excluded.made_at,
    version = opening_import.version + 1
RETURNING id
