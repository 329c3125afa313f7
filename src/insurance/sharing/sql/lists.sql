-- The lists of households of a project, the newest check first. $1 project or null, $2 one list or null
SELECT l.id, l.project_id, l.region_path, l.checked_on, l.line_count, l.entered_by AS entered_by_id, e.display_name AS entered_by,
       l.entered_on, c.display_name AS confirmed_by, l.confirmed_at, l.version,
       (SELECT sum(b.weight) FROM beneficiary b WHERE b.list_id = l.id) AS weights
FROM beneficiary_list l
LEFT JOIN LATERAL user_names(ARRAY[l.entered_by]) e ON true
LEFT JOIN LATERAL user_names(ARRAY[l.confirmed_by]) c ON true
WHERE ($1::bigint IS NULL OR l.project_id = $1) AND ($2::bigint IS NULL OR l.id = $2)
ORDER BY l.checked_on DESC, l.id DESC
