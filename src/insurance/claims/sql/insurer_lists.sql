-- Lists, newest first. $1 one id or null, $2 insurer, $3 older than, $4 how many
SELECT i.*, n.display_name AS read_name, w.display_name AS withdrawn_name
FROM insurer_list i
LEFT JOIN LATERAL user_names(ARRAY[i.read_by]) n ON true
LEFT JOIN LATERAL user_names(ARRAY[i.withdrawn_by]) w ON true
WHERE ($1::bigint IS NULL OR i.id = $1) AND ($2::bigint IS NULL OR i.insurer_id = $2) AND ($3::bigint IS NULL OR i.id < $3)
ORDER BY i.id DESC
LIMIT $4
