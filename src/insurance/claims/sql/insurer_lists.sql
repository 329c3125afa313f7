-- Lists, newest first, each with how many of its rows stand in no earlier list that counts. $1 one id or null, $2 insurer, $3 older than, $4 how many
SELECT i.*, n.display_name AS read_name, w.display_name AS withdrawn_name,
       (SELECT count(*) FROM insurer_list_row r WHERE r.list_id = i.id
          AND NOT EXISTS (SELECT FROM insurer_list_row e JOIN insurer_list l ON l.id = e.list_id
                          WHERE e.insurer_id = r.insurer_id AND e.row_key = r.row_key AND e.list_id < r.list_id AND l.withdrawn_at IS NULL)) AS new_count
FROM insurer_list i
LEFT JOIN LATERAL user_names(ARRAY[i.read_by]) n ON true
LEFT JOIN LATERAL user_names(ARRAY[i.withdrawn_by]) w ON true
WHERE ($1::bigint IS NULL OR i.id = $1) AND ($2::bigint IS NULL OR i.insurer_id = $2) AND ($3::bigint IS NULL OR i.id < $3)
ORDER BY i.id DESC
LIMIT $4
